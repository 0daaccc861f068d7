"""The guard that keeps the tests offline is tested in this process, in a child, in a test, in a notebook."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import offline
import pytest

ROOT = Path(__file__).parents[1]
ELSEWHERE = "192.0.2.1"  # an address that the standards keep for documentation: no machine has it
SWALLOWED = f"""
import socket
try:
    socket.create_connection(("{ELSEWHERE}", 80), timeout=1)
except OSError:
    pass
"""


@pytest.mark.parametrize("attempt", ["create_connection", "name", "connect_ex", "udp"])
def test_this_process_reaches_no_other_machine(attempt):
    with pytest.raises(offline.OutsideConnection), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        if attempt == "create_connection":
            socket.create_connection((ELSEWHERE, 80), timeout=1)
        elif attempt == "name":
            socket.create_connection(("hub.example", 443), timeout=1)
        elif attempt == "connect_ex":
            sock.connect_ex((ELSEWHERE, 80))
        else:
            sock.sendto(b"x", (ELSEWHERE, 80))
    assert offline.attempts() == ["hub.example" if attempt == "name" else ELSEWHERE]


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
    assert offline.attempts() == []


def test_a_child_process_reaches_no_other_machine():
    code = SWALLOWED + "print('went on')"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.stdout.strip() == "went on"
    assert offline.attempts() == [ELSEWHERE]


def test_a_test_and_a_notebook_cell_that_hide_their_attempt_fail(tmp_path):
    lines = "".join(f"    {line}\n" for line in SWALLOWED.splitlines())
    tests = f"def test_hidden():\n{lines}\ndef test_innocent():\n    pass\n"
    (tmp_path / "test_hidden.py").write_text(tests, encoding="utf-8")
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [empty | {"id": f"cell-{n}", "source": source} for n, source in enumerate(["1 + 1", SWALLOWED])]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "hidden.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    options = ["-q", "-p", "conftest", "-p", "no:cacheprovider", "--nbval-lax"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ["PYTHONPATH"]])}
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    inner = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "2 failed, 2 passed" in inner.stdout, inner.stdout + inner.stderr
    assert inner.stdout.count(f"tried to reach {ELSEWHERE}") >= 2


def test_the_hub_is_told_to_stay_offline():
    from huggingface_hub import constants

    assert constants.HF_HUB_OFFLINE
