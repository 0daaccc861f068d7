"""A headless Chromium that opens a file and gives back what it made of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Open a file at a hash and return the document that the browser made of it: browser(path, hash)."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser on the PATH: {', '.join(NAMES)}; on Debian: apt-get install chromium")
    profile = tmp_path_factory.mktemp("chromium")
    # No sandbox: CI runs as root, where Chromium refuses to start with one; the page is our own.
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

    def open_file(path: Path, hash: str = "") -> str:
        done = subprocess.run(
            [found, *flags, f"--user-data-dir={profile}", "--dump-dom", f"{path.as_uri()}#{hash}"],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip
        return done.stdout.decode("utf-8")

    return open_file


EMPTY = """<!doctype html><html><script>
document.documentElement.dataset.readyMs = Math.round(performance.now());
</script></html>"""
QUICK = 80  # milliseconds in which an empty page is ready where nobody else wants the processor


@pytest.fixture
def slowness(browser, tmp_path):
    """How many times slower than a free machine this one is now, by an empty page; at least 1."""
    path = tmp_path / "empty.html"
    path.write_text(EMPTY, encoding="utf-8")
    ready = min(float(re.search(r'data-ready-ms="(\d+)"', browser(path))[1]) for _ in range(2))
    return max(1.0, ready / QUICK)
