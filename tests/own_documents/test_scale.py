"""Documents take time and memory in proportion, and no more; benchmarks/own_documents.py has 5,000."""

import importlib.util
import json
import subprocess
import sys

import pytest

from course_lib import runtime

BENCHMARK = runtime.ROOT / "benchmarks" / "own_documents.py"
FEW, MANY = 40, 160


@pytest.mark.slow
def test_a_document_takes_what_it_took_when_there_were_few():
    assert importlib.util.find_spec("resource"), "the system counts a process's peak"
    rows = {}
    for count in (FEW, MANY):
        command = [sys.executable, str(BENCHMARK), "--one", str(count), "faiss", "4"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        rows[count] = json.loads(done.stdout.splitlines()[-1])
    few, many = rows[FEW], rows[MANY]
    assert (few["passages"], many["passages"]) == (3 * FEW, 3 * MANY)
    # A process's own start, an embedding model's too, is in both: what grows faster than documents is seen.
    for phase in ("read and split", "embed and index"):
        assert many[phase] < 1.5 * MANY / FEW * few[phase], phase
    more = (many["peak MB"] - few["peak MB"]) / (MANY - FEW)
    assert more < 0.5, "megabytes a document more"
