"""Own examples become pairs, a file and an adapter; what is taught is asked of nobody."""

import pytest

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question
from course_lib.errors import CourseError
from course_lib.experiments import style_curve
from course_lib.experiments.arms import CLOSED_BOOK, RAG
from course_lib.generation.prompts import NOT_FOUND
from course_lib.own_documents import compare_folder, teaching
from course_lib.own_documents.teaching import ALONE, WITH_RAG, divided, enough, not_in, own_pairs
from course_lib.own_documents.ways import FEWEST, said, with_gold, worked
from course_lib.retrieval.bm25 import Bm25Index


def question(number, value="7 g", fact=None):
    return Question(
        f"q{number}", f"How heavy is thing {number}?", value, ("a",) * bool(value), fact=fact or f"f{number}"
    )


def chunk(number, text):
    return Chunk(f"a#{number}", "a", "Things", "", text, "", "", 0, len(text))


@pytest.fixture
def index():
    return Bm25Index([chunk(n, f"Thing {n} weighs {n} g.") for n in range(40)])


def test_half_of_the_facts_are_taught_and_the_others_asked():
    questions = [question(n, fact=f"f{n // 2}") for n in range(40)] + [question(99, None)]
    taught, asked = divided(questions, seed=1)
    assert len({q.fact for q in taught}) == 10 and not {q.fact for q in taught} & {q.fact for q in asked}
    assert len(taught) + len(asked) == 41 and divided(questions, seed=1) == (taught, asked)
    with pytest.raises(CourseError, match="15 answerable questions are too few"):
        divided([question(n) for n in range(15)], 0)


def test_pairs_are_asked_as_they_are_served_and_own_replies_kept(index):
    questions = [question(3, "3 g"), question(4, "999 g"), question(5, None), question(6, "6 g")]
    pairs = own_pairs(questions, {"q6": "Gladly: 6 g!"}, index, None, 2, None)
    replies = [pair[-1]["content"] for pair in pairs]
    assert replies[1::2] == ["3 g.", "999 g.", NOT_FOUND, "Gladly: 6 g!"]
    read, missed, none, own = replies[::2]
    assert read.startswith("3 g [") and (missed, none, own) == (NOT_FOUND, NOT_FOUND, "Gladly: 6 g!")
    assert "Thing 3 weighs 3 g." in pairs[0][1]["content"] and "Thing" not in pairs[1][1]["content"]


def test_the_file_of_pairs_is_read_back_and_its_questions_are_not_asked(index, tmp_path):
    pairs = own_pairs([question(3, "3 g")], {}, index, None, 1, None)
    path = teaching.write_pairs(tmp_path, pairs)
    assert teaching.read_pairs(path) == pairs
    assert not_in([question(3), question(8)], pairs) == [question(8)]
    with pytest.raises(CourseError, match="nothing is left to test with"):
        not_in([question(3)], pairs)
    files.write_jsonl(path, [{"messages": [{"role": "user", "content": "Why?"}]}])
    with pytest.raises(CourseError, match="Example 1 is not a conversation"):
        teaching.read_pairs(path)


def test_a_reply_cites_what_states_it():
    chunks = [chunk(1, "It is red."), chunk(2, "It weighs 7 g."), chunk(3, "It costs 9 EUR.")]
    assert said("7 g | 9 EUR", chunks) == "7 g [2] and 9 EUR [3]."
    assert said("8 g", chunks) == "8 g."


def test_worked_examples_come_from_questions_that_are_then_not_asked(index):
    questions = [question(n, f"{n} g") for n in range(FEWEST)]
    examples, asked = worked(questions, {}, index, 3, 0)
    (other, silence), (user, reply) = examples  # a small model copies the last reply: never the silence
    assert reply.endswith("[1].") and silence == NOT_FOUND and len(asked) == FEWEST - 2
    assert not any(q.text in user or q.text in other for q in asked)
    assert worked(questions[1:], {}, index, 3, 0) == ([], questions[1:])
    nowhere = [question(n, "999 g") for n in range(FEWEST)]
    assert worked(nowhere, {}, index, 3, 0) == ([], nowhere)


def test_gold_passages_are_asked_only_where_a_passage_states_the_answer():
    known, nowhere, unnamed = question(1, "1 g"), question(2, "999 g"), Question("q3", "Why?", "1 g")
    chunks = [chunk(1, "Thing 1 weighs 1 g.")]
    assert with_gold([known, nowhere, unnamed, question(4, None)], chunks) == [known]


def test_how_many_examples_are_enough_is_read_off_the_curve(monkeypatch):
    monkeypatch.setattr(teaching, "stored_run", lambda name: None)
    assert "none is stored" in enough(30)
    reached = {50: 8} | dict.fromkeys((100, 200, 400, 800), 19)  # of 20 replies
    rows = [
        point | {"hits": ("1" * reached.get(point["examples"], 0)).ljust(20, "0")}
        for point in style_curve.points("tiny")
    ]
    monkeypatch.setattr(teaching, "stored_run", lambda name: {"model": "wren", "rows": rows})
    assert "30 examples: 70 fewer than the 100" in enough(30) and "as many or more" in enough(100)
    rising = [row | {"hits": ("1" * (row["examples"] // 50)).ljust(20, "0")} for row in rows]
    monkeypatch.setattr(teaching, "stored_run", lambda name: {"model": "wren", "rows": rising})
    assert "is not known" in enough(30) and "still rose at 800" in enough(900)


@pytest.mark.slow
def test_a_model_is_taught_once_and_served_both_ways(shop, sheet, babbler, tmp_path, monkeypatch):
    settings = {"work": tmp_path / "work", "model": babbler, "store": "faiss", "tune": True, "say": print}
    found = compare_folder(shop, sheet, **settings)
    arms = set(found.table["arm"])
    assert {CLOSED_BOOK, RAG, ALONE, WITH_RAG} <= arms
    pairs = teaching.read_pairs(tmp_path / "work" / teaching.PAIRS)
    taught = "\n".join(pair[1]["content"] for pair in pairs)
    assert not any(text in taught for text in found.table["text"].unique())
    monkeypatch.setattr(teaching, "train_adapter", None)  # nobody trains it again
    again = compare_folder(shop, sheet, **settings)
    assert again.table["reply"].tolist() == found.table["reply"].tolist()
