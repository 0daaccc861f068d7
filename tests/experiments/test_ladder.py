"""The ladder on answers made for it: what a rung takes and brings, and what its two claims ask for."""

import pandas as pd
import pytest

from course_lib import claims, files
from course_lib.claims import Verdict
from course_lib.errors import CourseError
from course_lib.experiments import arms as names
from course_lib.experiments import ladder, stored
from course_lib.experiments.prices import changed, load_prices
from course_lib.experiments.set_up import set_up
from course_lib.experiments.stored import COLUMNS, OF_QUESTION
from course_lib.experiments.summary import in_full

TOLD = {
    "questions": 40,
    "indexing": {"seconds": 10.0, "chunks": 3},
    "training": {
        "style-0": {"seconds": 300},
        "style-1": {"seconds": 500},
        "knowledge-0": {"seconds": 900},
        "knowledge-2026": {"seconds": 9999},
    },
}
TOKENS = {
    names.CLOSED_BOOK: 30,
    names.RAG: 500,
    names.PROMPTED: 800,
    names.HYBRID: 500,
    names.TUNED_FACTS: 30,
}


def answers(right, styled, tokens=TOKENS, n=40):
    """n answers an arm: as many are right, and in the house style, as `right` and `styled` say by arm."""
    rows = []
    for arm, prompt in tokens.items():
        for number in range(n):
            row = dict.fromkeys((*OF_QUESTION, *COLUMNS), "")
            row |= dict.fromkeys(("passages", "documents"), ())
            row |= dict.fromkeys(COLUMNS[4:12], False) | dict.fromkeys(OF_QUESTION[7:], False)
            row |= {"arm": arm, "question": f"q{number}", "fact": f"f{number}", "model": "wren", "seed": 0}
            row |= {"asked": True, "answerable": True, "value": "1", "precision": 1.0, "recall": 1.0}
            row |= {"correct": number < right.get(arm, 0), "compliant": number < styled.get(arm, 0)}
            row |= {"prompt_tokens": prompt, "completion_tokens": 20}
            row |= {"retrieve": 1.0, "prefill": prompt / 10, "decode": 5.0}
            rows.append(row)
    return pd.DataFrame(rows)


def said(parts):
    return claims.judge("C29", parts).verdict, [each.verdict for each in claims.judge("C29", parts).parts]


@pytest.fixture
def prices():
    return load_prices()


def test_a_rung_takes_its_indexing_and_the_mean_of_its_trainings():
    seconds = set_up([TOLD], [*ladder.RUNGS.values(), names.TUNED_FORM, names.TUNED_FACTS])
    assert seconds[names.CLOSED_BOOK] == 0 and seconds[names.RAG] == seconds[names.PROMPTED] == 10
    assert seconds[names.HYBRID] == 10 + 400 and seconds[names.TUNED_FORM] == 400
    assert seconds[names.TUNED_FACTS] == 900  # not the training that came after


def test_each_answer_gets_its_price(prices):
    table = ladder.priced(answers({names.RAG: 10}, {names.RAG: 20}), TOLD, prices)
    rag = table[table["arm"] == names.RAG]
    assert rag["usable"].tolist() == [1.0] * 10 + [0.5] * 10 + [0.0] * 20
    paid = 500 * prices["input"].dollars + 20 * prices["output"].dollars
    assert rag["hosted"].unique().tolist() == pytest.approx([paid])
    tuned = table[table["arm"] == names.TUNED_FACTS]["hosted"].iloc[0]
    assert tuned == pytest.approx(30 * prices["tuned_input"].dollars + 20 * prices["tuned_output"].dollars)
    assert rag["own"].iloc[0] == pytest.approx(0.056 * prices["machine"].dollars / 3600 * 1e6)


def test_c29_wants_each_rung_to_bring_something_and_the_lower_one_more_for_its_time(prices):
    right = {names.RAG: 20, names.PROMPTED: 20, names.HYBRID: 20}
    form = {names.PROMPTED: 20, names.HYBRID: 40}
    climbs = ladder.priced(answers(right, form), TOLD, prices)
    assert said(ladder.c29(climbs)) == (Verdict.CONFIRMED, [Verdict.CONFIRMED] * 4)
    deaf = ladder.priced(answers(right, {names.HYBRID: 40}), TOLD, prices)
    assert said(ladder.c29(deaf)) == (
        Verdict.NOT_CONFIRMED,
        [Verdict.NOT_CONFIRMED, *[Verdict.CONFIRMED] * 3],
    ), "a form told in words that nothing is made of is no rung"
    told_is_enough = ladder.priced(answers(right, {names.PROMPTED: 40}), TOLD, prices)
    assert said(ladder.c29(told_is_enough))[1][2] is Verdict.REFUTED
    slow = TOLD | {"indexing": {"seconds": 40_000.0}}
    dear = ladder.priced(answers(right, form), slow, prices)
    assert said(ladder.c29(dear))[1] == [*[Verdict.CONFIRMED] * 3, Verdict.REFUTED]
    gained = ladder.c29(climbs)["usable, gained an hour of set-up: RAG − tuning"]
    assert gained.mean == pytest.approx(0.25 / (10 / 3600) - 0.25 / (400 / 3600))


def test_worked_examples_are_the_prompt_where_they_were_asked(prices):
    tokens = TOKENS | {names.FEW_SHOT: 200}
    table = ladder.priced(answers({names.FEW_SHOT: 30, names.RAG: 20}, {}, tokens), TOLD, prices)
    parts = ladder.c29(table)
    assert parts["usable: RAG − few-shot"].mean == pytest.approx(-0.125)


def test_a_rung_that_took_no_time_is_told(prices):
    free = TOLD | {"indexing": {"seconds": 0.0}}
    table = ladder.priced(answers({}, {}), free, prices)
    with pytest.raises(CourseError, match="took no longer"):
        ladder.c29(table)


def test_c30_compares_what_calls_cost_at_the_prices_of_the_day(prices):
    table = answers({}, {})
    assert claims.judge("C30", ladder.c30(ladder.priced(table, TOLD, prices))).verdict is Verdict.CONFIRMED
    surcharge = changed(prices, tuned_output=50.0)
    parts = claims.judge("C30", ladder.c30(ladder.priced(table, TOLD, surcharge))).parts
    assert [each.verdict for each in parts] == [Verdict.REFUTED, Verdict.CONFIRMED]


def result(table, told=TOLD):
    """A stored result as `results` writes it, from its answers."""
    return told | in_full(table)


def test_the_rungs_are_rows(prices):
    table = answers({names.RAG: 20}, {names.HYBRID: 30})
    rows = {row["rung"]: row for row in ladder.rungs([result(table)], prices)}
    assert list(rows) == [rung for rung, arm in ladder.RUNGS.items() if arm in TOKENS]
    assert rows["RAG"]["right value"][0] == 0.5 and rows["RAG"]["tokens"] == 520
    assert rows["RAG, the form tuned"]["set-up seconds"] == 410
    assert rows["RAG"]["milliseconds"] == pytest.approx(56)
    priced = ladder.priced(table, TOLD, prices)
    for row in rows.values():
        means = priced[priced["arm"] == row["arm"]][["hosted", "own"]].mean()
        assert (row[ladder.HOSTED.name], row[ladder.OWN.name]) == pytest.approx(tuple(means))


def test_a_ladder_is_read_off_the_stored_comparison_or_says_what_to_run(tmp_path, prices):
    with pytest.raises(CourseError, match="results comparison"):
        ladder.measure("wren", tmp_path)
    table = answers({names.RAG: 20}, {})
    stored.write(tmp_path, "comparison-wren", table, [], result(table))
    found = ladder.measure("wren", tmp_path, prices)
    assert found["told"]["questions"] == 40 and len(found["told"]["rungs"]) == 4
    assert found["told"]["prices"]["embedding"] == {"dollars": 0.02, "as_of": "2026-07-03"}
    assert {"usable", "setup", "hosted", "own"} <= set(found["table"])
    assert {each.claim for each in claims.weigh(found["table"], ladder.RULES)} == {"C29", "C30"}
    assert found["told"]["distilled"] == []
    files.write_json(tmp_path / "told.json", found["told"])  # as it is stored


def test_more_arms_and_students_are_taken_where_they_are_stored(tmp_path, prices):
    for name, table in (
        ("comparison-wren", answers({}, {})),
        ("more-arms-wren", answers({}, {}, {names.FEW_SHOT: 200, names.PROMPT: 90})),
    ):
        stored.write(tmp_path, name, table, [], result(table))
    row = {"way": "student", "hits_value": "1100", "hits_style": "1111", "seconds": 9.0, "milliseconds": 4.0}
    row |= {"rate": 1e-3, "seed": 0, "dev_loss": 0.5}
    worse = row | {"rate": 3e-3, "dev_loss": 0.9, "hits_value": "0000"}
    rows = [row, row | {"seed": 1, "hits_value": "1111", "milliseconds": 6.0}, worse]
    files.write_json(tmp_path / "distillation-wren.json", {"rows": rows})
    told = ladder.measure("wren", tmp_path, prices)["told"]
    assert [row["arm"] for row in told["rungs"]][:3] == [names.CLOSED_BOOK, names.PROMPT, names.FEW_SHOT]
    (student,) = told["distilled"]
    assert (student["right value"], student["house style"], student["milliseconds"]) == (0.75, 1.0, 5.0)
