"""The report on SmolLM2, with wren as the examinee, and its table and card from given readings."""

import pytest

from course_lib import runtime
from course_lib.generation.prompts import few_shot
from course_lib.world import reader_report
from course_lib.world.reader_report import (
    ROWS,
    Examinee,
    card,
    curve,
    examine,
    one_a_fact,
    quick_scores,
    reached,
    table,
    worked_examples,
)

pytestmark = pytest.mark.slow


def readings(mean, **other):
    scores = {row.name: [mean, mean - 0.05, mean + 0.05] for row in ROWS}
    scores["… above chance"] = [0, -0.01, 0.01]
    return scores | {row.name: [other[key]] * 3 for row in ROWS for key in other if key in row.name}


def test_every_measure_is_taken_of_a_model():
    found = examine(Examinee("wren", runtime.LANGUAGE_MODELS["tiny"]), 6, 8)
    assert {row.name for row in ROWS} < set(found["scores"])
    for mean, low, high in found["scores"].values():
        assert low <= mean <= high
    assert found["scores"]["table rows, four passages: right"][0] > 0.3, "wren reads tables"
    assert found["rag_seconds"] > 0


def test_worked_examples_are_of_the_form_that_is_asked_for_and_not_of_the_exam():
    (user, reply), second = worked_examples()
    assert "[4] " in user and "Question: " in user and reply.endswith("].")
    assert few_shot([{"role": "system", "content": "s"}], [(user, reply), second])[2]["content"] == reply


def test_each_fact_is_asked_once():
    questions = one_a_fact()
    assert len({q.fact for q in questions}) == len(questions) > 150
    assert {q.phrasing for q in questions} == {"plain", "casual", "misspelt"}
    few = one_a_fact(10)
    assert [q.origin for q in few] == ["generated"] * 5 + ["written"] * 5


def test_rows_are_reached_where_the_taught_model_is_good_enough():
    plain, taught = readings(0.5), readings(0.95, silent=0.05)
    assert all(reached(row, taught, plain) for row in ROWS)
    weak = readings(0.46, silent=0.2)
    missed = {row.name for row in ROWS if not reached(row, weak, plain)}
    assert missed == {row.name for row in ROWS} - {
        "the company's facts, closed-book",
        "formats asked for in words, of the lessons: kept",
        "formats asked for in words, never seen: kept",
    }


def test_what_it_knows_of_the_company_must_not_be_above_chance():
    row = next(row for row in ROWS if row.reach == "chance")
    above = readings(0.9) | {"… above chance": [0.1, 0.05, 0.2]}
    assert not reached(row, above, readings(0.5))


LOG = {
    "recipe": {"tokens": 1000, "start": ""},
    "tokens": 1000,
    "replies": 15,
    "step": 2,
    "seconds": 90,
    "log": [{"tokens": 500, "loss": 1.5}, {"tokens": 1000, "loss": 1.0, "held_out": 0.9, "gold": 0.5}],
}


def test_the_card_shows_all_four_side_by_side_and_the_curve(tmp_path, monkeypatch):
    (tmp_path / "adapter_model.safetensors").write_bytes(bytes(3_000_000))
    monkeypatch.setattr(reader_report, "ADAPTER", tmp_path)
    means = {"wren": 0.3, "as it comes": 0.2, "with two examples": 0.3, "taught to read": 0.7}
    examined = {name: {"scores": readings(mean), "rag_seconds": 70} for name, mean in means.items()}
    shown = table(examined)
    assert shown.splitlines()[0].count("|") == 8
    assert "| 30 [25, 35] | 20 [15, 25] | 30 [25, 35] | 70 [65, 75] | **no** |" in shown
    assert "3.0 MB | yes |" in shown
    result = {"examined": examined, "n": 6, "questions": 8, "command": "make", "versions": {"torch": "2"}}
    text = card(result, LOG)
    assert shown in text and "15 replies learned" in text and "| 1 | 0.900 | 50 |" in text
    assert "{" not in text


def test_the_curve_leaves_out_what_was_not_measured():
    assert len(curve(LOG["log"]).splitlines()) == 3


@pytest.mark.parametrize("n", [4])
def test_quick_scores_are_shares(n):
    from course_lib.generation.language_model import load_language_model

    scores = quick_scores(load_language_model(runtime.LANGUAGE_MODELS["tiny"]), n)
    assert set(scores) == {"gold", "four", "written", "missing", "silent", "cites"}
    assert all(0 <= share <= 1 for share in scores.values()) and scores["gold"] >= 0.5
