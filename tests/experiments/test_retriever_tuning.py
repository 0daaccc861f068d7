"""What lesson 04 stores of tuned retrievers: its arithmetic on small scores, and what a later run reuses."""

import copy
import json
from math import log2

import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.evaluation.answers import value_correct
from course_lib.experiments import reranking, retrieval_bench, retriever_tuning
from course_lib.experiments.retrieval_bench import Bench
from course_lib.experiments.retrieval_scores import differences, kinds, mean_of, measured
from course_lib.files import read_json
from course_lib.manifest import data_file
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.types import Hit
from course_lib.tuning.retriever import training_pairs
from course_lib.world.reading.school_reader import sections

FILES = {"knowledge_base/2026/PR-201.md": "a", "questions/test.jsonl": "b", "results/lessons.json": "c"}


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def bench(work):
    return Bench(work, sections())


@pytest.fixture
def manifest(tmp_path, monkeypatch):
    """A function that gives the course other data, of which only the manifest is there."""

    def write(listed):
        (tmp_path / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")
        monkeypatch.setattr("course_lib.runtime.DATA", tmp_path)

    return write


def question(id, fact, kind="lookup", text="", value="1", gold=("a",)):
    return Question(id, text or id, value, gold, "products", kind, "plain", "written", "2026", "test", fact)


def chunk(document, text=""):
    return Chunk(f"{document}#0", document, "", "", text, "2026", "products", 0, len(text))


def test_the_mean_of_several_runs_is_taken_question_by_question():
    runs = [{"q1": [0.0, 1.0], "q2": [1.0, 1.0]}, {"q2": [0.0, 1.0], "q1": [0.5, 0.0]}]
    assert mean_of(runs) == {"q1": [0.25, 0.5], "q2": [0.5, 1.0]}


def test_differences_draw_facts_and_not_their_wordings():
    questions = [
        question("q1", "f1", "table"),
        question("q2", "f1", "table"),
        question("q3", "f2", "lookup"),
        question("q4", "f3", "lookup"),
    ]
    after = {"q1": [1.0] * 3, "q2": [0.5] * 3, "q3": [1.0] * 3, "q4": [0.0, 0.0, 0.5]}
    before = {"q1": [0.0] * 3, "q2": [0.0] * 3, "q3": [1.0] * 3, "q4": [0.0] * 3}
    rows = differences(after, before, questions, kinds(questions))
    found = {(row["kind"], row["measure"]): row for row in rows}
    assert [row["kind"] for row in rows] == ["all"] * 3 + ["lookup"] * 3 + ["table"] * 3
    everything = {"facts": 3, "before": 0.3333, "after": 0.5833, "difference": 0.25, "low": 0.0, "high": 0.75}
    assert found["all", "recall@5"] == {"kind": "all", "measure": "recall@5"} | everything
    lookup = found["lookup", "ndcg@10"]
    assert (lookup["facts"], lookup["before"], lookup["after"]) == (2, 0.5, 0.75)
    assert (lookup["difference"], lookup["low"], lookup["high"]) == (0.25, 0.0, 0.5)
    table = found["table", "recall@10"]
    assert (table["facts"], table["difference"]) == (1, 0.75)
    some = differences(after, before, questions, kinds(questions) | {"q3": "", "q4": ""})
    assert {row["kind"] for row in some} == {"all", "table"}
    assert some[:3] == rows[:3]


def test_chunks_are_measured_by_their_documents():
    hits = [Hit(chunk(document), 1.0, rank) for rank, document in enumerate("aabcdef", start=1)]
    five, ten, gain = measured(question("q", "f", gold=("b", "e")), hits)
    assert (five, ten) == (0.5, 1.0)  # e's chunk is the sixth, its document the fifth
    assert gain == pytest.approx((1 / log2(3) + 1 / log2(6)) / (1 + 1 / log2(3)))


def test_a_passage_is_seen_if_a_training_question_had_it(bench):
    texts = {
        "a": "The kettle weighs 412 g.",
        "b": "The lamp takes a bulb of 8 W.",
        "c": "The till gateway listens on port 8443.",
    }
    chunks = [chunk(document, text) for document, text in texts.items()]
    asked = [
        question("q1", "f1", text="How heavy is the kettle?", value="412 g", gold=("a",)),
        question("q2", "f2", text="Which bulb does the lamp take?", value="8 W", gold=("b",)),
        question("q3", "f3", text="What stands in no chunk?", value="99 km", gold=("c",)),
    ]
    small = copy.copy(bench)
    small.tasks = {"company": (chunks, asked)}
    small.index = ExactIndex(chunks, bench.index.embedder)
    train = question("t1", "f1", text="What does the kettle weigh?", value="412 g", gold=("a",))
    small.pairs = training_pairs([train], chunks, small.index, value_correct)
    assert small.passage_seen() == {"q1": "seen", "q2": "new", "q3": "new"}
    after, before = ({each.id: [value] * 3 for each in asked} for value in (1.0, 0.0))
    rows = differences(after, before, asked, small.passage_seen())
    assert {(row["kind"], row["facts"]) for row in rows} == {("all", 3), ("new", 2), ("seen", 1)}


def test_a_step_is_computed_once_and_anew_for_other_data(bench, manifest, tmp_path):
    computed = []

    def make():
        computed.append(len(computed))
        return {"run": len(computed)}

    def steps():
        """A bench of the data as they are now, with the same --work."""
        other = copy.copy(bench)
        other.work = tmp_path / "work" / retrieval_bench.data_hash()
        return other

    manifest(FILES)
    assert [steps().kept("step", make), steps().kept("step", make)] == [{"run": 1}] * 2
    assert steps().kept("another step", make) == {"run": 2}
    manifest(FILES | {"questions/test.jsonl": "changed"})
    assert steps().kept("step", make) == {"run": 3}
    manifest(FILES)
    assert steps().kept("step", make) == {"run": 1}
    assert len(computed) == 3


def test_documents_questions_and_weights_decide_the_work_folder(bench, work, manifest, monkeypatch):
    assert bench.work == work / retrieval_bench.data_hash()
    found = set()
    for name in FILES:
        manifest(FILES | {name: "changed"})
        found.add(retrieval_bench.data_hash())
    manifest(FILES)
    assert retrieval_bench.data_hash() in found  # results are written here, and change nothing
    assert len(found) == 3
    monkeypatch.setattr(retrieval_bench, "WEIGHTS_SHA256", "other weights")
    assert retrieval_bench.data_hash() not in found


def test_the_stored_results_say_in_which_precision_they_were_computed():
    stored = {name: read_json(data_file(f"results/{name}.json")) for name in ("retriever", "cross_encoder")}
    assert stored["retriever"]["products"] == retriever_tuning.PRODUCTS
    assert stored["cross_encoder"]["products"] == reranking.PRODUCTS
