"""Every test runs offline, and every notebook: an attempt to reach another machine fails that test."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

OFFLINE = str(Path(__file__).parent / "tests" / "offline")

os.environ.setdefault("COURSE_PROFILE", "tiny")  # wren is in every clone
os.environ["HF_HUB_OFFLINE"] = "1"  # the hub's library reads it when it is imported, in a child process too
os.environ["COURSE_PROGRESS"] = "off"  # bars would write to stderr, in a notebook's kernel too
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [OFFLINE, os.environ.get("PYTHONPATH")]))
sys.path.insert(0, OFFLINE)
import offline  # noqa: E402


def pytest_configure():
    handle, path = tempfile.mkstemp(prefix="course-connections-")  # one for each xdist worker
    os.close(handle)
    os.environ[offline.LOG] = path


def pytest_unconfigure():
    Path(os.environ[offline.LOG]).unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        result = yield
    finally:
        hosts = offline.attempts()
    if hosts:
        reached = ", ".join(sorted(set(hosts)))
        pytest.fail(f"this test tried to reach {reached}; tests run offline", pytrace=False)
    return result
