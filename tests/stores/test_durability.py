"""What add() and delete() returned from is there in the next process, however the last one ended."""

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, replace

import numpy as np
import pytest

from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import open_store

PRELUDE = """
import json, sys
from pathlib import Path
import numpy as np
from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import open_store
name, place, folder = sys.argv[1:]
chunks = [Chunk(**each) for each in json.loads(Path(folder, "chunks.json").read_text(encoding="utf-8"))]
vectors = np.load(Path(folder, "vectors.npy"))
store = open_store(name, place, vectors.shape[1])
"""
WRITE_WITHOUT_END = """
store.add(chunks[:60], vectors[:60])
store.delete("D-2")
store.add([Chunk(**(chunks[0].__dict__ | {"text": "Anew."}))], -vectors[:1])
print("acknowledged", flush=True)
turn = 0
while True:  # whatever of this is kept was never acknowledged
    turn += 1
    store.add([Chunk(**(each.__dict__ | {"id": f"{turn}-{each.id}"})) for each in chunks[60:]], vectors[60:])
"""
READ = """
hits = store.search(vectors, 5000, Filter(domains=("it", "policy", "products", "rare")))
found = [[[hit.chunk.__dict__, hit.score] for hit in some] for some in hits]
print(json.dumps({"count": store.count(), "found": found}))
store.close()
"""


@pytest.fixture
def data(tmp_path, small):
    """A folder with the 120 chunks and their vectors, for another process."""
    chunks, vectors = small
    content = json.dumps([asdict(chunk) for chunk in chunks])
    (tmp_path / "chunks.json").write_text(content, encoding="utf-8")
    np.save(tmp_path / "vectors.npy", vectors)
    return tmp_path


def command(code, name, place, data):
    return [sys.executable, "-c", PRELUDE + code, name, place, str(data)]


def read_back(name, place, data):
    """What a new process finds for each of the 120 vectors."""
    done = subprocess.run(
        command(READ, name, place, data), capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_process_reads_what_was_closed(name, place, data, small):
    chunks, vectors = small
    changed = replace(chunks[1], text="Büro 茶")
    with closing(open_store(name, place, 32)) as store:
        store.add(*small)
        store.delete("D-7")
        store.add([changed], vectors[1:2])
        here = [[hit.chunk.id for hit in some] for some in store.search(vectors, 5000)]
    read = read_back(name, place, data)
    assert read["count"] == 117
    assert [[chunk["id"] for chunk, _ in some] for some in read["found"]] == here
    assert read["found"][1][0] == [asdict(changed), pytest.approx(1, abs=1e-5)]
    with closing(open_store(name, place, 32)) as store:  # and it lives on
        store.delete("D-0")
        store.add(chunks[21:24], vectors[21:24])
        assert store.count() == 117 and store.count(Filter(editions=("2025",))) == 39


def test_a_killed_process_loses_nothing_that_was_acknowledged(name, place, data, small):
    chunks, vectors = small
    with subprocess.Popen(
        command(WRITE_WITHOUT_END, name, place, data), stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "acknowledged\n"
        assert writer.poll() is None  # it is writing
        writer.kill()
    assert writer.returncode
    read = read_back(name, place, data)
    kept = {chunk.id: asdict(chunk) for chunk in chunks[:60] if chunk.document_id != "D-2"}
    kept["D-0#0"]["text"] = "Anew."
    found = {chunk["id"]: chunk for chunk, _ in read["found"][0]}
    assert {id: chunk for id, chunk in found.items() if "-D-" not in id} == kept
    for row in set(range(1, 60)) - {6, 7, 8}:  # each under its own vector
        best, score = read["found"][row][0]
        assert best == kept[chunks[row].id] and score == pytest.approx(1, abs=1e-5)
    assert read["found"][0][-1][1] == pytest.approx(-1, abs=1e-5)  # the replaced vector points the other way
    with closing(open_store(name, place, 32)) as store:
        store.add(*small)  # and it can be written again
        assert store.count() >= 120


@pytest.mark.parametrize("name", ["faiss", "qdrant", "chroma"])
def test_a_second_process_is_refused(name, place, small):
    code = "import sys; from course_lib.retrieval.stores import open_store; open_store(*sys.argv[1:], 32)"
    with closing(open_store(name, place, 32)) as store:
        store.add(*small)
        refused = subprocess.run([sys.executable, "-c", code, name, place], capture_output=True, text=True)
        assert refused.returncode == 1 and "is open already, here or in another process" in refused.stderr
        assert store.count() == 120
    allowed = subprocess.run([sys.executable, "-c", code, name, place], capture_output=True, text=True)
    assert allowed.returncode == 0, allowed.stderr
