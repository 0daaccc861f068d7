"""Every result says what made it, in one form, and names nothing of one machine's folders."""

import platform
import subprocess
from importlib.metadata import version

from course_lib import provenance


def test_a_record_has_everything_in_one_order(tmp_path):
    record = provenance.begin("python x.py", ["--output", str(tmp_path / "here")], seed=3).written()
    assert list(record) == ["command", "commit", "clean", "seed", "versions", "machine", "seconds"]
    assert record["command"] == "python x.py --output here" and record["seed"] == 3
    assert record["seconds"] == 0 and platform.system() in record["machine"]


def test_versions_are_those_of_any_build(monkeypatch):
    monkeypatch.setattr(provenance, "version", lambda name: "2.13.0+cu130")
    assert provenance.versions(["torch"]) == {"python": platform.python_version(), "torch": "2.13.0"}
    monkeypatch.undo()
    assert provenance.versions(["numpy", "no-such-package"])["numpy"] == version("numpy")
    assert "no-such-package" not in provenance.versions(["no-such-package"])


def test_a_changed_tree_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    assert (provenance.begin("x").commit, provenance.begin("x").clean) == (None, None)  # no clone
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    run = provenance.begin("x")
    assert len(run.commit) == 40 and run.clean
    (tmp_path / "new.py").write_text("", encoding="utf-8")
    assert not provenance.begin("x").clean and run.written()["clean"]


def test_the_commit_of_a_record_is_told_in_short():
    record = {"commit": "0123456789abcdef", "clean": True}
    assert provenance.commit_of(record) == "0123456"
    assert provenance.commit_of(record | {"clean": False}) == "0123456+"
    assert provenance.commit_of({"commit": None, "clean": None}) == provenance.commit_of({}) == ""
