"""What a reply cites, whether that stood in the prompt and says so, and whether a reply abstains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.generation.prompts import NOT_FOUND, SORRY
from course_lib.generation.reply_reader import json_object, numbers_in, said, sources_of
from course_lib.generation.values import CITATION, claims_of, normalise, states
from course_lib.retrieval.types import Hit

ABSTENTION = re.compile(
    "|".join(r"\s+".join(map(re.escape, each.rstrip(".").split())) for each in (NOT_FOUND, SORRY)),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CitationCheck:
    """What became of a reply's citations: documents that stood in the prompt, citations of nothing, claims.

    `invented` holds citations as they were written, "[7]" or "PR-299". `supported` and `unsupported` are the
    reply's values: those that the passage cited for them states, and the rest.
    """

    documents: tuple[str, ...]
    invented: tuple[str, ...]
    supported: tuple[str, ...]
    unsupported: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether something is cited, nothing invented, and every claim stated where it is cited."""
        return bool(self.documents) and not self.invented and not self.unsupported


def cited(text: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The documents that a reply cites, once each: by passage number, `[2]`, or as the `source` of a JSON
    object.

    A number that no passage has cites nothing. The id in a JSON source is taken at its word, whether it was
    retrieved or not: whether it is true is for the evaluation to say. Several may stand there in a list.
    """
    named = _named(text)
    ids = [n if isinstance(n, str) else hits[n - 1].chunk.document_id for n in named if _there(n, hits)]
    return tuple(dict.fromkeys(ids))


def invented(text: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """What a reply cites though it did not stand in the prompt, as written: "[7]", or a JSON source's id."""
    read = {hit.chunk.document_id for hit in hits}
    absent = [n for n in _named(text) if n not in read and not (isinstance(n, int) and _there(n, hits))]
    return tuple(dict.fromkeys(n if isinstance(n, str) else f"[{n}]" for n in absent))


def verify_citations(text: str, hits: Sequence[Hit], question: str = "") -> CitationCheck:
    """Hold each citation of a reply against the passages that stood in the prompt, in their order.

    A value is supported if a passage that is cited right after it states it (of a JSON object: a passage of
    its source). Values that the question says already are no claims. Gao et al., "Enabling large language
    models to generate text with citations", 2023, section 3, ask the same of a model. Lesson 05.
    """
    read = {hit.chunk.document_id for hit in hits}
    documents = tuple(each for each in cited(text, hits) if each in read)
    if json_object(text) is not None:
        parts = [(text, [hit for hit in hits if hit.chunk.document_id in documents])]
    else:
        parts = [
            (part, [hits[n - 1] for n in numbers if _there(n, hits)]) for part, numbers in _parts(said(text))
        ]
    supported, unsupported = [], []
    for part, sources in parts:
        for claim in claims_of(part, question) if not abstained(part) else ():
            there = any(states(hit.chunk.passage, claim) for hit in sources)
            (supported if there else unsupported).append(claim)
    return CitationCheck(documents, invented(text, hits), tuple(supported), tuple(unsupported))


def abstained(reply: str) -> bool:
    """Whether the reply says that the documents do not say, in plain words or in the house style."""
    text = normalise(said(reply))
    return (
        normalise(NOT_FOUND).rstrip(".") in text
        or normalise(SORRY).rstrip(".") in text
        or '"not_found"' in text
    )


def beside_abstention(reply: str) -> str:
    """The reply without its abstentions: what an attacker's page may have made it say besides."""
    return ABSTENTION.sub("", said(reply)).replace('"not_found"', '""')


def _named(text: str) -> list[str | int]:
    """What a reply names as its sources: numbers of passages, and the ids of a JSON object."""
    body = json_object(text)
    return numbers_in(said(text)) if body is None else list(sources_of(body))


def _there(named: str | int, hits: Sequence[Hit]) -> bool:
    """Whether a number is that of a passage; an id is taken at its word."""
    return isinstance(named, str) or 1 <= named <= len(hits)


def _parts(text: str) -> list[tuple[str, list[int]]]:
    """A reply cut after each run of citations: (words, the numbers that follow them)."""
    parts, start = [], 0
    for run in re.finditer(rf"(?:{CITATION.pattern})+", text):
        parts.append((text[start : run.start()].lstrip(" .,;"), numbers_in(run[0])))
        start = run.end()
    rest = text[start:].strip(" .,;\n")
    return [*parts, (rest, [])] if rest else parts
