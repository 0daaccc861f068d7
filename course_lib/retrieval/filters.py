"""Which chunks may be found at all: a filter on edition, domain and date, apart from how well they match."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from course_lib.arguments import checked_day, shown, words
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.types import Hit, Retriever, check_k, check_queries


@dataclass(frozen=True)
class Filter:
    """Conditions on a chunk; each that is set must hold, and one without any accepts every chunk.

    Editions and domains are lists of words, or one word. Dates are YYYY-MM-DD, kept and compared as text, or
    a `date`; a chunk without one fails a condition on dates. Raises RetrievalError for anything else.
    Lesson 04.
    """

    editions: tuple[str, ...] = ()  # one of these; none named: any
    domains: tuple[str, ...] = ()
    since: str | date | None = None  # its document holds from this day or a later one
    until: str | date | None = None  # its document holds from this day or an earlier one

    def __post_init__(self):
        for name in ("editions", "domains"):
            found = words(getattr(self, name), f"The filter's {name}", error=RetrievalError)
            object.__setattr__(self, name, found)
        for name in ("since", "until"):
            found = checked_day(getattr(self, name), f"The filter's {name}", error=RetrievalError)
            object.__setattr__(self, name, found)

    def accepts(self, chunk: Chunk) -> bool:
        """Whether a chunk may be found."""
        return (
            (not self.editions or chunk.edition in self.editions)
            and (not self.domains or chunk.domain in self.domains)
            and (self.since is None or chunk.effective >= self.since)
            and (self.until is None or "" < chunk.effective <= self.until)
        )


def check_where(where: Filter | None) -> None:
    """Raise RetrievalError for a filter that is something else, as a dictionary."""
    if where is not None and not isinstance(where, Filter):
        raise RetrievalError(f"This is no filter: {shown(where)}.", 'Filter(domains=["products"]), or None')


def check_request(queries: Sequence[str], k: int, where: Filter | None, size: int) -> tuple[list[str], int]:
    """The queries as a list, and k as Python's own integer.

    Raises RetrievalError for a query that is empty, a k that is not 1 to `size`, and a filter that is none.
    """
    check_where(where)
    return check_queries(queries), check_k(k, size)


@dataclass(frozen=True)
class Filtered(Retriever):
    """An index under one filter that is always on: a retriever of the 2026 edition, say. Lesson 04."""

    index: Retriever
    where: Filter

    def __len__(self) -> int:
        return len(self.index)

    def search_many(self, queries: Sequence[str], k: int, where: Filter | None = None) -> list[list[Hit]]:
        """One list of up to k hits for each query; raises RetrievalError for a second filter."""
        if where is not None:
            raise RetrievalError(
                f"This retriever has its filter already: {self.where}.",
                next_step="put both into one: index.search(query, k, Filter(...))",
            )
        return self.index.search_many(queries, k, self.where)
