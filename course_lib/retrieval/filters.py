"""Which chunks may be found at all: a filter on edition, domain and date, apart from how well they match."""

from dataclasses import dataclass

from course_lib.corpus.chunking import Chunk


@dataclass(frozen=True)
class Filter:
    """Conditions on a chunk; each that is set must hold, and one without any accepts every chunk.

    Dates are YYYY-MM-DD and compare as text; a chunk without a date fails a condition on dates. Lesson 04.
    """

    editions: tuple[str, ...] = ()  # one of these; none named: any
    domains: tuple[str, ...] = ()
    since: str | None = None  # its document holds from this day or a later one
    until: str | None = None  # its document holds from this day or an earlier one

    def accepts(self, chunk: Chunk) -> bool:
        """Whether a chunk may be found."""
        return (
            (not self.editions or chunk.edition in self.editions)
            and (not self.domains or chunk.domain in self.domains)
            and (self.since is None or chunk.effective >= self.since)
            and (self.until is None or "" < chunk.effective <= self.until)
        )
