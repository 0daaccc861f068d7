"""Where the seconds of an answer go: question by question, stage by stage, with and without retrieval.

Questions are asked one at a time, as a user asks, and nothing is taken from a cache. A first question warms
everything up and is not counted. Lesson 05.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from course_lib.arguments import listed, whole_number
from course_lib.errors import CourseError
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.generation.types import LanguageModel, Messages
from course_lib.retrieval.types import Retriever

if TYPE_CHECKING:
    import pandas as pd

    from course_lib.retrieval.embedding import Embedder
    from course_lib.retrieval.rerank import Reranker

WITH, WITHOUT = "with retrieval", "without"


def time_stages(
    questions: Sequence[str],
    embedder: "Embedder",
    retriever: Retriever,
    model: LanguageModel,
    k: int = 4,
    reranker: "Reranker | None" = None,
    depth: int = 20,
    max_new_tokens: int = 64,
) -> "pd.DataFrame":
    """Ask each question with and without retrieval; a row a question, arm and stage, with its milliseconds.

    Stages: embed (the question, by `embedder`, which must be the retriever's), search, re-rank (of the first
    `depth`, where there is a reranker), prefill, decode; of a model behind a base URL just request; and
    total. `tokens` has those of the prompt. Raises CourseError without a question. Lesson 05.
    """
    import pandas as pd

    questions = listed(questions, "questions", str)
    if not questions:
        raise CourseError("There is no question to time.", allowed="one question or more")
    k, depth = whole_number(k, "k"), whole_number(depth, "depth")
    rows = []
    for number, question in enumerate([questions[0], *questions]):
        seconds, found = {}, []
        started = perf_counter()
        embedder.embed([question], cached=False)
        seconds["embed"] = perf_counter() - started
        embedder.embed([question])  # kept from here on, so that the search does not embed it again
        started = perf_counter()
        found = retriever.search(question, depth if reranker else k)
        seconds["search"] = perf_counter() - started
        chunks = [hit.chunk for hit in found]
        if reranker:
            started = perf_counter()
            scores = reranker.score(question, chunks)
            chunks = [chunks[i] for i in sorted(range(len(chunks)), key=lambda i: -scores[i])[:k]]
            seconds["re-rank"] = perf_counter() - started
        asked = {WITH: (with_passages(question, chunks), seconds), WITHOUT: (closed_book(question), {})}
        if number:  # the first is the warm-up
            for arm, (messages, before) in asked.items():
                rows += _rows(number, arm, model, messages, before, max_new_tokens)
        else:
            for messages, _ in asked.values():
                model.reply(messages, max_new_tokens=max_new_tokens)
    return pd.DataFrame(rows)


def _rows(
    number: int, arm: str, model: LanguageModel, messages: Messages, before: dict[str, float], most: int
) -> list[dict]:
    reply = model.reply(messages, max_new_tokens=most)
    seconds = before | reply.seconds
    seconds["total"] = sum(seconds.values())
    return [
        {"question": number, "arm": arm, "stage": stage, "ms": 1000 * each, "tokens": reply.prompt_tokens}
        for stage, each in seconds.items()
    ]


def by_stage(table: "pd.DataFrame") -> "pd.DataFrame":
    """p50 and p95 in milliseconds of each arm and stage, in the order of the stages, and n questions."""
    grouped = table.groupby(["arm", "stage"], sort=False)["ms"]
    found = grouped.quantile([0.5, 0.95]).unstack().rename(columns={0.5: "p50", 0.95: "p95"})
    return found.assign(n=grouped.size()).loc[list(grouped.groups)].reset_index().rename_axis(columns=None)


def added(table: "pd.DataFrame") -> "pd.DataFrame":
    """What retrieval adds to each question, in milliseconds, a column a stage, a row a question.

    A stage that both arms have counts with its difference: prefill is the price of the longer prompt. decode
    differs because the replies do. Lesson 05.
    """
    wide = table.pivot(index="question", columns=["arm", "stage"], values="ms")
    stages = list(dict.fromkeys(table[table["arm"] == WITH]["stage"]))
    alone = wide[WITHOUT].reindex(columns=stages).fillna(0.0)
    return (wide[WITH][stages] - alone).rename_axis(columns=None)
