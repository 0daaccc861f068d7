"""Vector stores behind one protocol: FAISS beside SQLite, Qdrant, Chroma, and PostgreSQL."""

from pathlib import Path

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.types import VectorStore

NAMES = ("faiss", "qdrant", "chroma", "pgvector")


def open_store(name: str, place: str | Path, dimension: int) -> VectorStore:
    """Open a store by name, empty if there is none yet: faiss and chroma by a folder, pgvector by its URL.

    qdrant takes either. Raises RetrievalError for an unknown name, a package that is missing, and what the
    store itself refuses. Lesson 03.
    """
    if name == "faiss":
        from course_lib.retrieval.stores.faiss_store import FaissStore as Store
    elif name == "qdrant":
        from course_lib.retrieval.stores.qdrant import QdrantStore as Store
    elif name == "chroma":
        from course_lib.retrieval.stores.chroma import ChromaStore as Store
    elif name == "pgvector":
        from course_lib.retrieval.stores.pgvector import PgVectorStore as Store
    else:
        raise RetrievalError(f"There is no store called {name!r}.", allowed=", ".join(NAMES))
    return Store(place, dimension)
