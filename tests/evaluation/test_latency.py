"""Every stage of every question is timed, with retrieval and without, and the warm-up is not counted."""

import pandas as pd
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError
from course_lib.evaluation.latency import WITH, WITHOUT, added, by_stage, time_stages
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.retrieval.embedding import Embedder, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.rerank import MaxSim, RerankedRetriever

TEXTS = {"PR-201": "The kettle weighs 412 g.", "CU-207": "Returns: 30 days.", "IT-202": "Use port 8443."}
QUESTIONS = ["What does the kettle weigh?", "How many days for returns?", "Which port?"]
STAGES = ["embed", "search", "prefill", "decode", "total"]


class Counting(Embedder):
    """The course's embedder, which also says how often its model computed something."""

    computed = 0

    def _compute(self, texts):
        self.computed += 1
        return super()._compute(texts)


@pytest.fixture(scope="module")
def parts(llama, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setenv("COURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        real = load_embedder()
        embedder = Counting(real.source, real.fingerprint)
        chunks = [
            Chunk(f"{id}#1", id, "", "", text, "2026", "products", 0, len(text)) for id, text in TEXTS.items()
        ]
        yield embedder, ExactIndex(chunks, embedder), load_language_model(llama)


def test_a_row_for_each_question_arm_and_stage(parts):
    _, index, model = parts
    table = time_stages(QUESTIONS, *parts, k=1, max_new_tokens=3)
    assert list(table.columns) == ["question", "arm", "stage", "ms", "tokens"]
    for number, question in enumerate(QUESTIONS, start=1):
        rows = table[table["question"] == number]
        assert rows[rows["arm"] == WITH]["stage"].tolist() == STAGES
        assert rows[rows["arm"] == WITHOUT]["stage"].tolist() == STAGES[2:]
        best = index.search(question, 1)[0].chunk
        asked = {WITH: with_passages(question, [best]), WITHOUT: closed_book(question)}
        for arm, messages in asked.items():
            assert set(rows[rows["arm"] == arm]["tokens"]) == {len(model.tokens(messages))}
    assert table["question"].max() == 3 and (table["ms"] > 0).all()
    wide = table.pivot(index="question", columns=["arm", "stage"], values="ms")
    for arm in (WITH, WITHOUT):
        total = wide[arm].drop(columns="total").sum(axis=1)
        assert total.tolist() == pytest.approx(wide[arm]["total"].tolist())


def test_nothing_comes_from_the_cache(parts):
    embedder, _, _ = parts
    time_stages(QUESTIONS, *parts, k=1, max_new_tokens=1)  # all are known from here on
    before = embedder.computed
    time_stages(QUESTIONS, *parts, k=1, max_new_tokens=1)
    assert embedder.computed == before + len(QUESTIONS) + 1  # and the warm-up


def test_a_reranker_has_a_stage_of_its_own_and_chooses_the_passage(parts):
    embedder, index, model = parts
    reranker = MaxSim(embedder)
    table = time_stages(QUESTIONS, *parts, k=1, reranker=reranker, depth=3, max_new_tokens=1)
    with_retrieval = table[(table["arm"] == WITH) & (table["question"] == 2)]
    assert with_retrieval["stage"].tolist() == ["embed", "search", "re-rank", *STAGES[2:]]
    best = RerankedRetriever(index, reranker, depth=3).search(QUESTIONS[1], 1)[0].chunk
    assert set(with_retrieval["tokens"]) == {len(model.tokens(with_passages(QUESTIONS[1], [best])))}


def test_percentiles_and_what_retrieval_adds():
    ms = {"embed": [10, 20, 30], "search": [1, 1, 1], "prefill": [100, 120, 140], "total": [111, 141, 171]}
    rows = [(i + 1, WITH, stage, value, 300) for stage, some in ms.items() for i, value in enumerate(some)]
    rows += [(i, WITHOUT, stage, 40, 20) for stage in ("prefill", "total") for i in (1, 2, 3)]
    table = pd.DataFrame(rows, columns=["question", "arm", "stage", "ms", "tokens"])
    found = by_stage(table).set_index(["arm", "stage"])
    assert found.loc[(WITH, "embed")].tolist() == pytest.approx([20, 29, 3])
    assert found.loc[(WITHOUT, "prefill")].tolist() == [40, 40, 3]
    assert list(found.loc[WITH].index) == list(ms)
    more = added(table)
    assert list(more.columns) == list(ms) and more["prefill"].tolist() == [60, 80, 100]
    assert more["embed"].tolist() == [10, 20, 30] and more["total"].tolist() == [71, 101, 131]


def test_without_a_question_there_is_nothing_to_time(parts):
    with pytest.raises(CourseError, match="no question"):
        time_stages([], *parts)
