"""Python runs this at its start where this folder is on PYTHONPATH."""

import offline  # noqa: F401
