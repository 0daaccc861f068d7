"""A folder a lesson: each exercise in a file named after the function that a learner writes; and questions."""
