"""The verbs of `python -m course_lib`, a file each; the table of them is in course_lib/__main__.py."""
