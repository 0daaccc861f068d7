"""Vector stores behind one protocol: FAISS beside SQLite, Qdrant, Chroma, PostgreSQL, Weaviate, Pinecone.
"""

from pathlib import Path

from course_lib.errors import RetrievalError
from course_lib.retrieval.stores.types import VectorStore

SERVERS = ("weaviate", "pinecone")  # which run nowhere by themselves, and were not tried on a real server yet
NAMES = ("faiss", "qdrant", "chroma", "pgvector", *SERVERS)


def open_store(name: str, place: str | Path, dimension: int) -> VectorStore:
    """Open a store by name, empty if there is none yet: faiss and chroma by a folder, pgvector by its URL.

    qdrant takes either, weaviate its URL, pinecone the name of an index. Raises RetrievalError for an unknown
    name, a package that is missing, and what the store itself refuses. Lesson 03.
    """
    if name == "faiss":
        from course_lib.retrieval.stores.faiss_store import FaissStore as Store
    elif name == "qdrant":
        from course_lib.retrieval.stores.qdrant import QdrantStore as Store
    elif name == "chroma":
        from course_lib.retrieval.stores.chroma import ChromaStore as Store
    elif name == "pgvector":
        from course_lib.retrieval.stores.pgvector import PgVectorStore as Store
    elif name == "weaviate":
        from course_lib.retrieval.stores.weaviate import WeaviateStore as Store
    elif name == "pinecone":
        from course_lib.retrieval.stores.pinecone import PineconeStore as Store
    else:
        raise RetrievalError(f"There is no store called {name!r}.", allowed=", ".join(NAMES))
    return Store(place, dimension)
