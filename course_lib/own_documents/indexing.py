"""A learner's passages made searchable: by the search that lesson 04 chose, or in a vector store by its name.

Both go on after a kill: vectors are kept as they come, and a store that was half filled is filled anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, RetrievalError
from course_lib.own_documents.vectors import KeptVectors
from course_lib.own_documents.ways import fingerprint
from course_lib.progress_bar import progress_bar
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.retrieval.rerank import MaxSim
from course_lib.retrieval.stores import NAMES, SERVERS, open_store
from course_lib.retrieval.stores.store_retriever import StoreRetriever
from course_lib.retrieval.stores.types import VectorStore
from course_lib.retrieval.types import Retriever

CHOSEN = "words, 4-grams and meaning, fused and re-ranked"
READ_AGAIN = 1_000  # passages whose token vectors are kept for re-ranking, some 200 MB
AT_ONCE = 1_000  # chunks that a store is given at a time
DOCUMENTS_AT_ONCE = 500


def chosen_store(text: str | None) -> tuple[str, str] | None:
    """A store as the shell names it, NAME or NAME=PLACE, as (name, place); None where none is named.

    Raises CourseError for an unknown name, and for a store that needs an address and got none.
    """
    if text is None:
        return None
    name, _, place = text.partition("=")
    if name not in NAMES:
        raise CourseError(f"There is no store called {name!r}.", allowed=", ".join(NAMES))
    if name in SERVERS and not place:
        example = {"weaviate": "http://localhost:8080", "pinecone": "my-index"}[name]
        raise CourseError(
            f"The store {name} needs to be told where it is.", next_step=f"--store {name}={example}"
        )
    return name, place


@contextmanager
def searchable(
    chunks: Sequence[Chunk], vectors: KeptVectors, store: tuple[str, str] | None, work: Path
) -> Iterator[Retriever]:
    """A retriever over the chunks for as long as the block runs; raises RetrievalError as the store does."""
    if store is None:
        for some in _blocks(chunks, "embedding passages"):  # so that a kill loses a block at most
            vectors.embed([chunk.passage for chunk in some])
        yield chosen_retriever(chunks, vectors, MaxSim(vectors.embedder, most=READ_AGAIN))
        return
    name, place = store
    with ExitStack() as held:
        if name == "pgvector" and not place:
            from course_lib.retrieval.stores.postgres import embedded_postgres

            place = held.enter_context(embedded_postgres(work / "postgres"))
        opened = open_store(name, place or work / "store" / name, vectors.dimension)
        held.enter_context(closing(opened))
        _fill(opened, chunks, vectors, work / f"store-{name}.json")
        yield StoreRetriever(opened, vectors)


def _fill(store: VectorStore, chunks: Sequence[Chunk], vectors: KeptVectors, record: Path) -> None:
    """Put these chunks into a store, and take out what an earlier run put there, unless they are in it."""
    whole = fingerprint(chunks)
    kept = files.read_json(record) if record.exists() else {}
    if kept.get("chunks") == whole and store.count() == len(chunks):
        return
    now = {chunk.document_id for chunk in chunks}
    known = sorted(now.union(kept.get("documents", [])))
    files.write_json(record, {"documents": known})  # first: a kill leaves nothing unknown in the store
    for start in range(0, len(known), DOCUMENTS_AT_ONCE):
        store.delete(known[start : start + DOCUMENTS_AT_ONCE])
    if others := store.count():
        raise RetrievalError(
            f"The store holds {others} chunks of other documents, which would be found as well.",
            next_step="name an empty place: another folder, collection, index or schema",
        )
    for some in _blocks(chunks, "filling the store"):
        store.add(some, vectors.embed([chunk.passage for chunk in some]))
    files.write_json(record, {"documents": sorted(now), "chunks": whole})


def _blocks(chunks: Sequence[Chunk], what: str) -> Iterator[Sequence[Chunk]]:
    with closing(progress_bar(what, total=len(chunks))) as bar:
        for start in range(0, len(chunks), AT_ONCE):
            some = chunks[start : start + AT_ONCE]
            yield some
            bar.update(len(some))
