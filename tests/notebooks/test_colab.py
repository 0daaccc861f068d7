from pathlib import Path

import pytest

REQUIREMENTS = ("numpy>=2.0", "torch>=2.9", "jupyterlab>=4", "transformers>=5.0,<6", "faiss-cpu>=1.12,<2")


@pytest.fixture
def colab(script):
    return script("colab")


def test_only_what_is_absent_or_too_old_is_asked_for(colab):
    version = {"numpy": "2.0.2", "torch": "2.8.0+cu126", "transformers": "4.57.1"}.get
    assert colab.lacking(REQUIREMENTS, version) == ["transformers>=5.0,<6", "faiss-cpu>=1.12,<2"]


def test_numpy_and_torch_are_never_changed(colab):
    version = {"numpy": "1.26.4", "torch": "2.8.0+cu126", "transformers": "5.1.0rc1", "faiss-cpu": "1.13"}.get
    assert colab.lacking(REQUIREMENTS, version) == []
    assert colab.held(version) == ["numpy==1.26.4", "torch==2.8.0+cu126"]


def test_an_installed_version_is_read_and_an_absent_package_is_none(colab):
    assert colab.installed_version("numpy")[0].isdigit()
    assert colab.installed_version("no-such-package-here") is None


def test_pip_is_asked_once_and_held_to_what_is_there(colab, monkeypatch, capsys):
    calls = []

    def run(command):
        constraints = Path(command[command.index("--constraint") + 1])
        calls.append((command, constraints.read_text(encoding="utf-8")))
        return type("Done", (), {"returncode": 3})

    monkeypatch.setattr(colab.subprocess, "run", run)
    monkeypatch.setattr(colab, "installed_version", {"numpy": "2.0.2", "torch": "2.9.0"}.get)
    assert colab.main() == 3
    ((command, constraints),) = calls
    assert constraints == "numpy==2.0.2\ntorch==2.9.0\n"
    assert any(part.startswith("faiss-cpu") for part in command)
    assert not any(part.startswith(("numpy", "torch", "jupyterlab")) for part in command)


def test_nothing_is_installed_where_all_is_there(colab, monkeypatch, capsys):
    monkeypatch.setattr(colab, "lacking", lambda requirements, version: [])
    monkeypatch.setattr(colab.subprocess, "run", None)
    assert colab.main() == 0
    assert "all that it needs" in capsys.readouterr().out
