"""A folder a lesson; in it a file an exercise, named after the function that a learner writes."""
