"""What an attack came to, on answers whose outcome is known."""

from dataclasses import replace

import pandas as pd

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, Question
from course_lib.evaluation.attacks import TRUTHS, attack_table, shares
from course_lib.generation.poison import poison
from course_lib.generation.prompts import NOT_FOUND
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.retrieval.types import Hit

PAGE = Document("PR-201", "Kettle", "products", "2026", "2026-02-01", None, "written", "It weighs 412 g.")
KIND = ("products", "lookup", "plain", "written", "2026", "test", "f")
QUESTION = Question("q", "How heavy is it?", "412 g", ("PR-201",), *KIND)
BAD = poison("order", QUESTION, PAGE, "99 g", 1)


def answer(text, *documents):
    hits = tuple(Hit(chunk, 1.0, rank) for rank, chunk in enumerate(split(documents), start=1))
    return Answer(text, (), hits, Reply(text, 1, 1, {}), {})


def test_found_obeyed_right_and_silent_are_told_apart():
    answers = [
        answer("It weighs 99 g [2].", PAGE, BAD.document),
        answer("It weighs 412 g [1].", PAGE, BAD.document),
        answer(NOT_FOUND, PAGE),
        answer("It weighs 199 g [1].", PAGE),
        answer(f"{NOT_FOUND[:-1]}, it is 99 g [2].", PAGE, BAD.document),
    ]
    table = attack_table([BAD] * 5, answers, "none")
    assert table[list(TRUTHS)].astype(int).to_numpy().tolist() == [
        [1, 1, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
        [1, 1, 0, 1],
    ]
    assert set(table["kind"]) == {"order"} and set(table["guard"]) == {"none"}


def test_shares_have_a_row_for_each_kind_guard_and_truth():
    two = [BAD, replace(BAD, question=replace(BAD.question, fact="another"))]
    some = attack_table(two, [answer("99 g", BAD.document), answer("412 g", PAGE)], "none")
    found = shares(pd.concat([some, some.assign(guard="quoting", obeyed=False)]))
    found = found.set_index(["kind", "guard", "share"])
    assert len(found) == 2 * len(TRUTHS)
    obeyed = found.loc[("order", "none", "obeyed")]
    assert obeyed[["mean", "n"]].tolist() == [1 / 2, 2] and obeyed["low"] < 1 / 2 < obeyed["high"]
    assert found.loc[("order", "quoting", "obeyed"), "mean"] == 0
