import os
import subprocess
import sys

import pytest

from course_lib import doctor, files, runtime
from course_lib.doctor import Finding


@pytest.fixture
def healthy(tmp_path):
    """A data folder with a document and a model's three files, all in the manifest."""
    names = ["config.json", "tokenizer_config.json", "model.safetensors"]
    paths = [f"models/wren/{name}" for name in names] + ["knowledge_base/2026/PR-201.md"]
    sums = {
        path: files.sha256(files.write_atomically(tmp_path / path, f"content of {path}")) for path in paths
    }
    files.write_json(tmp_path / "manifest.json", {"files": sums})
    return tmp_path


def wrong(data):
    """What needs attention, but for the model that a machine without a network never fetched."""
    found = {finding.name: finding for finding in doctor.examine(data) if finding.advice}
    if not runtime.has_pretrained():
        assert found.pop("SmolLM2").advice == runtime.FETCH
    return found


def test_a_healthy_machine_has_nothing_wrong(healthy):
    assert wrong(healthy) == {}
    screen = doctor.report(doctor.examine(healthy))
    for word in ("torch 2", "SHA-256 53aa51172d142c89", "profile    tiny", "GB free", "4 files", "SmolLM2"):
        assert word in screen
    assert len(screen.splitlines()) <= 28 and max(map(len, screen.splitlines())) <= 110


@pytest.mark.parametrize("damage", ["altered", "deleted"])
def test_damaged_weights_of_wren_are_found_with_what_to_do(healthy, damage):
    weights = healthy / "models" / "wren" / "model.safetensors"
    weights.unlink() if damage == "deleted" else weights.write_bytes(b"other")
    found = wrong(healthy)
    assert set(found) == {"wren", "data"}
    assert "safetensors" in found["wren"].found
    assert "git checkout" in found["data"].advice


def test_an_altered_document_is_found_and_wren_is_not_blamed(healthy):
    (healthy / "knowledge_base" / "2026" / "PR-201.md").write_text("39 EUR", encoding="utf-8")
    found = wrong(healthy)
    assert set(found) == {"data"} and "PR-201.md" in found["data"].found


def test_weights_that_the_manifest_does_not_list_are_not_trusted(healthy):
    manifest = files.read_json(healthy / "manifest.json")
    del manifest["files"]["models/wren/model.safetensors"]
    files.write_json(healthy / "manifest.json", manifest)
    assert "does not list" in wrong(healthy)["wren"].found


def test_a_missing_data_folder_is_two_findings_and_no_error(tmp_path):
    assert set(wrong(tmp_path)) == {"data", "wren"}


def test_an_unknown_profile_is_a_finding_that_names_the_profiles(healthy, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "toaster")
    found = wrong(healthy)
    assert set(found) == {"profile"} and "COURSE_PROFILE" in found["profile"].advice


def test_a_broken_library_is_a_finding_and_the_rest_is_looked_at(healthy, monkeypatch):
    def broken():
        raise OSError("c10.dll cannot be loaded")

    monkeypatch.setattr(doctor, "_device", broken)
    found = wrong(healthy)
    assert set(found) == {"device"} and "c10.dll" in found["device"].found and found["device"].advice


def test_packages_that_are_missing_or_of_another_version_are_named(healthy, monkeypatch):
    wanted = {"dependencies": ["numpy>=99", "no-such-package-here"], "requires-python": ">=99"}
    monkeypatch.setattr(doctor, "_project", lambda: wanted)
    found = wrong(healthy)
    assert set(found) == {"packages", "Python"}
    assert (
        "is not >=99" in found["packages"].found
        and "no-such-package-here is missing" in found["packages"].found
    )
    assert "make setup" in found["packages"].advice


def test_the_report_says_what_to_do_under_what_is_wrong():
    screen = doctor.report([Finding("wren", "is gone", "bring it back"), Finding("data", "2 files")])
    assert screen.splitlines()[1:] == [
        "  WRONG  wren       is gone",
        " " * 20 + "Next: bring it back",
        "  ok     data       2 files",
        "1 of 2 need your attention.",
    ]


@pytest.mark.parametrize("named", [["course_lib", "doctor"], ["course_lib.doctor"]])
def test_the_command_ends_with_1_if_something_is_wrong(named):
    environment = os.environ | {"COURSE_PROFILE": "toaster", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", *named]
    run = subprocess.run(command, cwd=runtime.ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert run.returncode == 1 and run.stderr == ""
    assert "'toaster'" in run.stdout and "Next: set COURSE_PROFILE" in run.stdout


def test_it_runs_where_nothing_is_installed():
    bare = [sys.executable, "-S", "-m", "course_lib", "doctor"]  # Python without its site-packages
    environment = os.environ | {"PYTHONUTF8": "1"}
    run = subprocess.run(bare, cwd=runtime.ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert run.returncode == 1 and run.stderr == ""
    assert "No module named 'torch'" in run.stdout and "Next: in" in run.stdout and "make setup" in run.stdout
