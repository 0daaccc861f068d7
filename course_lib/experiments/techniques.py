"""Techniques of retrieval, one at a time beside the search that lesson 04 chose: what each finds, what the
model then gets right, and what it costs. None is left out because it lost. Lesson 09.

A sweep whose points are techniques; nothing is trained, so there is one seed.
"""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation.answers import score
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.statistics import (
    Interval,
    mean_interval,
    paired_bootstrap,
    together,
    wilson_interval,
)
from course_lib.experiments.hits import hits
from course_lib.experiments.sampling import held_out
from course_lib.experiments.technique_searches import CHOSEN, HYPE, TECHNIQUES, WRITES, chunks_of
from course_lib.generation.language_model import load_language_model
from course_lib.generation.queries import questions_of, written
from course_lib.generation.rag import RagPipeline
from course_lib.generation.types import LanguageModel
from course_lib.retrieval.types import Retriever

if TYPE_CHECKING:
    import pandas as pd

NAME = "techniques"
PASSAGES = 4
QUESTIONS = {"tiny": 240, "laptop": 120, "gpu": 240}
SHOWN = 3  # questions or passages for which a point keeps what the model wrote
TIMED = 24  # questions that are searched for one by one, as a user's come


def points(profile: str) -> list[dict[str, Any]]:
    """A point a technique, all asked the same questions."""
    return [{"technique": name, "asked": QUESTIONS[profile], "seed": 0} for name in TECHNIQUES]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a technique finds and what the model gets right, a digit a question, and milliseconds a question.

    `found` is 1 where one of the passages states the value, `hits` where the reply does; kinds and facts are
    those of the questions, in their order. `search_ms` are those of the first questions, searched for one by
    one; `answer_ms` is a mean over the batch. `written` has what a model wrote for the first few, if
    anything: texts and lines.
    """
    questions = [q for q in held_out(point["asked"]) if q.value is not None]
    texts = [question.text for question in questions]
    model, chunks = load_language_model(), chunks_of(point["technique"])
    started = perf_counter()
    retriever = TECHNIQUES[point["technique"]](chunks, model)
    indexing = perf_counter() - started
    took = [_milliseconds(retriever, text) for text in texts[: TIMED + 1]][1:]  # the first one warms up
    answers = RagPipeline(retriever, model, k=PASSAGES).answers(texts)
    pairs = list(zip(questions, answers, strict=True))
    found = [stated(q.value or "", [hit.chunk for hit in a.hits]) for q, a in pairs]
    right = [score(a.text, q, a.hits).correct for q, a in pairs]
    return {
        "questions": len(questions),
        "kinds": [q.kind for q in questions],
        "facts": [q.fact for q in questions],
        "found": hits(found),
        "hits": hits(right),
        "seconds_to_index": round(indexing, 2),
        "search_ms": took,
        "answer_ms": round(1000 * sum(sum(a.seconds.values()) for a in answers) / len(answers), 1),
        "prompt_tokens": round(sum(a.reply.prompt_tokens for a in answers) / len(answers), 1),
        "written": _written(point["technique"], model, texts[:SHOWN], chunks[:SHOWN]),
    }


def _written(
    technique: str, model: LanguageModel, texts: Sequence[str], chunks: Sequence[Chunk]
) -> list[tuple[str, list[str]]]:
    if technique in WRITES:
        return list(zip(texts, written(model, WRITES[technique], texts), strict=True))
    if technique == HYPE:
        return list(zip([chunk.id for chunk in chunks], questions_of(model, chunks).values(), strict=True))
    return []


def _milliseconds(retriever: Retriever, text: str) -> float:
    started = perf_counter()
    retriever.search(text, PASSAGES)
    return round(1000 * (perf_counter() - started), 1)


def gains(
    rows: Sequence[Mapping[str, Any]], what: str = "hits", kind: str | None = None, confidence: float = 0.95
) -> dict[str, Interval]:
    """Each technique less CHOSEN, paired question by question, facts drawn; of one kind, or of all.

    `what` is "hits", right answers, or "found", evidence among the passages. Lesson 09.
    """
    base = next(row for row in rows if row["technique"] == CHOSEN)
    counts = [place for place, each in enumerate(base["kinds"]) if kind in (None, each)]
    facts = [base["facts"][place] for place in counts]

    def scored(row: Mapping[str, Any]) -> list[float]:
        return [float(row[what][place]) for place in counts]

    return {
        row["technique"]: paired_bootstrap(
            scored(row), scored(base), confidence=confidence, cluster=facts
        )
        for row in rows
        if row is not base
    }


def both_gains(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Interval, Interval]]:
    """The right answers that each technique gains: by itself, and at the confidence at which all hold
    together (Bonferroni, as in measures.against). Lesson 09.
    """
    alone, strict = gains(rows), gains(rows, confidence=together(len(rows) - 1))
    return {technique: (alone[technique], strict[technique]) for technique in alone}


def in_words(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """A row a technique: evidence among its passages and right answers, what these gain, the right answers
    also together with all others, and what it costs. Lesson 09.
    """
    import pandas as pd

    right, evidence = both_gains(rows), gains(rows, "found")
    told = [
        {
            "technique": row["technique"],
            "value among the four": _share(row["found"]),
            "… gain": str(evidence.get(row["technique"], "")),
            "right": _share(row["hits"]),
            "right, gain": str(right.get(row["technique"], ("", ""))[0]),
            "… together": str(right.get(row["technique"], ("", ""))[1]),
            "search ms": str(mean_interval(row["search_ms"])),
            "answer ms, mean": row["answer_ms"],
            "index s, once": row["seconds_to_index"],
            "prompt tokens, mean": row["prompt_tokens"],
        }
        for row in rows
    ]
    return pd.DataFrame(told).set_index("technique").rename_axis(index=None)


def writings(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """What the model wrote for the searches that rest on it: a row a question, or a passage's id. Lesson 09.
    """
    import pandas as pd

    told = [
        {"technique": row["technique"], "for": text, "the model wrote": " / ".join(lines)}
        for row in rows
        for text, lines in row["written"]
    ]
    return pd.DataFrame(told)


def by_kind(rows: Sequence[Mapping[str, Any]], what: str = "hits") -> "pd.DataFrame":
    """What each technique gains in each kind of question, with its interval: a row a technique. Lesson 09.

    `what` is as in `gains`; the heads say how many questions there are.
    """
    import pandas as pd

    kinds = rows[0]["kinds"]
    return pd.DataFrame(
        {
            f"{kind} ({kinds.count(kind)})": {n: str(gain) for n, gain in gains(rows, what, kind).items()}
            for kind in dict.fromkeys(kinds)
        }
    )


def _share(digits: str) -> str:
    return str(wilson_interval(digits.count("1"), len(digits)))


RULES: dict = {}
