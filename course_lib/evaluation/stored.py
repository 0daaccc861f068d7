from course_lib.evaluation.kept_runs import beside, stored_run, told  # noqa: F401
