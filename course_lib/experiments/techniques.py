"""Techniques of retrieval, one at a time beside the search that lesson 04 chose: what each finds, what the
model then gets right, and what it costs. None is left out because it lost. Lesson 09.

A sweep whose points are techniques; nothing is trained, so there is one seed.
"""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import Chunk
from course_lib.evaluation.answers import abstained, score
from course_lib.evaluation.evidence import stated
from course_lib.evaluation.statistics import (
    Interval,
    mean_interval,
    paired_bootstrap,
    together,
    wilson_interval,
)
from course_lib.experiments.hits import hits
from course_lib.experiments.readable import counts, enough, gap, share_of
from course_lib.experiments.sampling import held_out
from course_lib.experiments.technique_searches import (
    BARE_TECHNIQUES,
    CHOSEN,
    HYPE,
    TECHNIQUES,
    WRITES,
    base_of,
    chunks_of,
    written_by,
)
from course_lib.generation.language_model import load_language_model
from course_lib.generation.queries import PARTS, questions_of, written
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
ALONE = 12  # questions that are answered one by one
READ = 40  # questions or passages for which what the model wrote is looked at
WARM = 8  # passages that are indexed before the clock runs


def points(profile: str) -> list[dict[str, Any]]:
    """A point a technique, all asked the same questions; on a laptop without those beside meaning alone."""
    names = [name for name in TECHNIQUES if profile != "laptop" or name not in BARE_TECHNIQUES]
    return [{"technique": name, "asked": QUESTIONS[profile], "seed": 0} for name in names]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """What a technique finds and what the model gets right, a digit a question, and milliseconds a question.

    `found` is 1 where one of the passages states the value, `hits` where the reply does; kinds and facts are
    those of the questions, in their order. `search_ms` are those of the first questions, searched for one by
    one, and `alone_ms` of the first that are answered one by one, search included; `answer_ms` is a mean over
    the batch. `written` has what a model wrote for the first few, if anything, texts and lines; `usable` is a
    digit a writing of the first READ, see is_usable.
    """
    questions = [q for q in held_out(point["asked"]) if q.value is not None]
    texts = [question.text for question in questions]
    model, chunks = load_language_model(), chunks_of(point["technique"])
    TECHNIQUES[CHOSEN](chunks[:WARM], model)  # what is loaded once is no cost of the index
    started = perf_counter()
    retriever = TECHNIQUES[point["technique"]](chunks, model)
    indexing = perf_counter() - started
    took = [_milliseconds(retriever, text) for text in texts[: TIMED + 1]][1:]  # the first one warms up
    pipeline = RagPipeline(retriever, model, k=PASSAGES)
    one_by_one = [pipeline.answer(text) for text in texts[:ALONE]]
    answers = pipeline.answers(texts)
    pairs = list(zip(questions, answers, strict=True))
    found = [stated(q.value or "", [hit.chunk for hit in a.hits]) for q, a in pairs]
    right = [score(a.text, q, a.hits).correct for q, a in pairs]
    writings = _written(written_by(point["technique"]), model, texts[:READ], chunks[:READ])
    usable = [is_usable(point["technique"], *each) for each in writings]
    return {
        "questions": len(questions),
        "kinds": [q.kind for q in questions],
        "facts": [q.fact for q in questions],
        "found": hits(found),
        "hits": hits(right),
        "seconds_to_index": round(indexing, 2),
        "search_ms": took,
        "alone_ms": [round(1000 * sum(a.seconds.values()), 1) for a in one_by_one],
        "answer_ms": round(1000 * sum(sum(a.seconds.values()) for a in answers) / len(answers), 1),
        "prompt_tokens": round(sum(a.reply.prompt_tokens for a in answers) / len(answers), 1),
        "written": writings[:SHOWN],
        "usable": hits(usable),
    }


def is_usable(technique: str, text: str, lines: Sequence[str]) -> bool:
    """Whether what a model wrote for a text gives a search something new: no abstention, not the text itself,
    and of parts two or more.
    """
    new = [line for line in lines if not abstained(line) and line.casefold() != text.casefold()]
    parts = WRITES.get(written_by(technique)) is PARTS
    return len(new) >= (2 if parts else 1)


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
    """Each technique less the search that it stands beside (base_of), paired question by question, facts
    drawn; of one kind, or of all.

    `what` is "hits", right answers, or "found", evidence among the passages. Lesson 09.
    """
    return {
        name: paired_bootstrap(a, b, confidence=confidence, cluster=facts)
        for name, (a, b, facts) in _sides(rows, what, kind).items()
    }


def _sides(
    rows: Sequence[Mapping[str, Any]], what: str, kind: str | None = None
) -> dict[str, tuple[list[float], list[float], list[str]]]:
    """What each technique scored, what its base did, and the facts asked about."""
    by_name = {row["technique"]: row for row in rows}
    kinds, every = rows[0]["kinds"], rows[0]["facts"]
    counted = [place for place, each in enumerate(kinds) if kind in (None, each)]
    facts = [every[place] for place in counted]

    def scored(name: str) -> list[float]:
        return [float(by_name[name][what][place]) for place in counted]

    return {name: (scored(name), scored(base_of(name)), facts) for name in by_name if name != CHOSEN}


def _gaps(rows: Sequence[Mapping[str, Any]], what: str, kind: str | None = None) -> dict[str, str]:
    """The gains as a table tells them, those of few questions, or of few that differ, without an interval."""
    found = gains(rows, what, kind)
    return {name: gap(found[name], *counts(*sides)) for name, sides in _sides(rows, what, kind).items()}


def both_gains(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Interval, Interval]]:
    """The right answers that each technique gains: by itself, and at the confidence at which all hold
    together with at least 95 percent (Bonferroni, as in measures.against). Lesson 09.
    """
    alone, strict = gains(rows), gains(rows, confidence=together(len(rows) - 1))
    return {technique: (alone[technique], strict[technique]) for technique in alone}


def best_told(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which techniques gain right answers at the intervals that hold together, or that none is clear of 0;
    the largest gain is named only with that interval, for the best of a dozen owes something to luck.
    """
    found = both_gains(rows)
    up = [f"{name}: {strict}" for name, (_, strict) in found.items() if strict.low > 0]
    if up:
        return f"right answers gained, clear of 0 together with all others: {'; '.join(up)}"
    name, (_, strict) = max(found.items(), key=lambda each: each[1][0].mean)
    return f"of {len(found)} gains none is clear of 0 together; the largest, {name}, is {strict}"


def found_and_right(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """A row a technique: evidence among its passages and right answers, with what these gain over the search
    that it stands beside; the right answers also together with all others. Lesson 09.
    """
    import pandas as pd

    right, evidence = _gaps(rows, "hits"), _gaps(rows, "found")
    sides, strict = _sides(rows, "hits"), both_gains(rows)

    def together_with_all(name: str) -> str:
        return str(strict[name][1]) if name in sides and enough(*counts(*sides[name])) else ""

    told = [
        {
            "technique": (name := row["technique"]),
            "beside": "" if name == CHOSEN else base_of(name),
            f"value among the {PASSAGES}": _share(row["found"]),
            "… gain": evidence.get(name, ""),
            "right": _share(row["hits"]),
            "right, gain": right.get(name, ""),
            "… together": together_with_all(name),
        }
        for row in rows
    ]
    return pd.DataFrame(told).set_index("technique").rename_axis(index=None)


def costs(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """A row a technique: milliseconds of a search and of an answer by itself, with their intervals over
    questions, and means: of an answer in a batch, of the prompt's tokens; seconds to index. Lesson 09.
    """
    import pandas as pd

    told = [
        {
            "technique": row["technique"],
            "search ms": _milliseconds_told(row["search_ms"]),
            "answer ms, one by one": _milliseconds_told(row.get("alone_ms", [])),
            "answer ms in a batch, mean": f"{row['answer_ms']:.0f}",
            "index s, once": f"{row['seconds_to_index']:.1f}",
            "prompt tokens, mean": f"{row['prompt_tokens']:.0f}",
        }
        for row in rows
    ]
    return pd.DataFrame(told).set_index("technique").rename_axis(index=None)


def usable(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """How much of what the model wrote gives a search something new (is_usable): a row a technique that
    rests on it. Of older rows the few writings that they keep count. Lesson 09.
    """
    import pandas as pd

    told = []
    for row in (each for each in rows if each["written"]):
        kept = [is_usable(row["technique"], text, lines) for text, lines in row["written"]]
        digits = row.get("usable") or hits(kept)
        told.append({"technique": row["technique"], "new": _share(digits), "looked at": len(digits)})
    return pd.DataFrame(told, columns=["technique", "new", "looked at"])


def writings(rows: Sequence[Mapping[str, Any]]) -> "pd.DataFrame":
    """What the model wrote for the searches that rest on it: a row a question, or a passage's id. Lesson 09.
    """
    import pandas as pd

    told = [
        {"technique": row["technique"], "question or passage": text, "the model wrote": " / ".join(lines)}
        for row in rows
        for text, lines in row["written"]
    ]
    return pd.DataFrame(told)


def by_kind(rows: Sequence[Mapping[str, Any]], what: str = "hits") -> "pd.DataFrame":
    """What each technique gains in each kind of question: a row a technique. Lesson 09.

    `what` is as in `gains`; the heads say how many questions there are. Of few questions, or where few
    differ, a gain stands without its interval (readable.gap).
    """
    import pandas as pd

    kinds = rows[0]["kinds"]
    return pd.DataFrame(
        {f"{kind} ({kinds.count(kind)})": _gaps(rows, what, kind) for kind in dict.fromkeys(kinds)}
    )


def _share(digits: str) -> str:
    return share_of(wilson_interval(digits.count("1"), len(digits)), len(digits))


def _milliseconds_told(took: Sequence[float]) -> str:
    if not took:
        return "–"
    found = mean_interval(took)
    digits = 0 if found.mean >= 10 else 2
    mean, low, high = (f"{each:.{digits}f}" for each in (found.mean, found.low, found.high))
    return f"{mean} [{low}, {high}]"


RULES: dict = {}
