"""The model cards: their table, verdicts and learning curve, from given readings."""

import pytest

from course_lib import files, provenance
from course_lib.errors import CourseError
from course_lib.world.reading import report as reports
from course_lib.world.reading.report import (
    CARDS,
    CHANCE,
    READER_ROWS,
    TAUGHT,
    WREN,
    curve,
    reached,
    settings_tried,
    table,
    written,
)

ROWS = {row.name for card in CARDS for row in card.rows}
OF_WREN, OF_THE_READER = CARDS


def readings(mean, **other):
    scores = {name: [mean, mean - 0.05, mean + 0.05] for name in ROWS}
    scores["… above chance"] = [0, -0.01, 0.01]
    return scores | {name: [other[key]] * 3 for name in ROWS for key in other if key in name}


MADE = {"command": "make", "commit": "0123456789", "clean": False, "versions": {"torch": "2"}}
EXAMINED = {
    name: {"scores": readings(mean), "rag_seconds": 70, **MADE}
    for name, mean in {WREN: 0.3, "as it comes": 0.2, "with two examples": 0.3, TAUGHT: 0.7}.items()
}


RESULT = {"examined": EXAMINED, "n": 6, "questions": 8}
LOG = {
    "recipe": {"tokens": 1000, "seed": 0, "start": ""},
    "replies": 15,
    "seconds": 90,
    "log": [
        {"tokens": 500, "step": 1, "loss": 1.5},
        {"tokens": 1000, "step": 2, "loss": 1.0, "held_out": 0.9, "gold": 0.5},
    ],
}


def test_rows_are_reached_where_the_taught_model_is_good_enough():
    plain, taught = readings(0.5), readings(0.95, silent=0.05)
    assert all(reached(row, taught, plain) for row in READER_ROWS)
    weak = readings(0.46, silent=0.2)
    missed = {row.name for row in READER_ROWS if not reached(row, weak, plain)}
    assert missed == {row.name for row in READER_ROWS} - {
        "the company's facts, closed-book",
        "formats asked for in words, of the lessons: kept",
        "formats asked for in words, never seen: kept",
        "… of those, the value stood among the four",
    }


def test_what_it_knows_of_the_company_must_not_be_above_chance():
    above = readings(0.9) | {"… above chance": [0.1, 0.05, 0.2]}
    assert not reached(CHANCE, above, readings(0.5))


def test_a_measure_without_a_reach_has_no_verdict():
    line = next(each for each in table(OF_WREN, EXAMINED).splitlines() if "stood among" in each)
    assert line.endswith("|  | 30 [25, 35] |  |")


def test_the_card_shows_all_four_side_by_side_and_the_curve():
    shown = table(OF_THE_READER, EXAMINED)
    assert shown.splitlines()[0].count("|") == 8
    assert "| 30 [25, 35] | 20 [15, 25] | 30 [25, 35] | 70 [65, 75] | **no** |" in shown
    assert shown.splitlines()[-1] == "| 60 RAG answers, 2 cores | ≤ 90 s | 70 s | 70 s | 70 s | 70 s | yes |"
    text = written(OF_THE_READER, RESULT, LOG)
    assert shown in text and "15 replies learned" in text and "| 1 | 0.900 | 50 |" in text
    assert "{" not in text
    assert "taught to read by `make` at 0123456+ (a +" in text and "wren by `make`" in text


def test_who_was_not_examined_yet_has_no_column():
    lines = table(OF_THE_READER, {TAUGHT: EXAMINED[TAUGHT]}).splitlines()
    assert lines[0] == "| measure | must reach | taught to read | reached |"
    assert {line.count("|") for line in lines} == {5}
    still_open = [line for line in lines if line.endswith("| open |")]
    assert len(still_open) == 3 and all("as it comes −" in line for line in still_open)


def test_wren_has_a_card_of_its_own_with_the_log_that_came_with_it():
    log = files.read_json(OF_WREN.folder / OF_WREN.log)
    text = written(OF_WREN, RESULT, log)
    assert table(OF_WREN, EXAMINED) in text and "319 minutes" in text and "{" not in text
    assert "| 60 RAG answers, 2 cores | ≤ 12 s | 70 s | **no** |" in text


def test_the_curve_leaves_out_what_was_not_measured():
    assert len(curve(LOG["log"]).splitlines()) == 3


def test_the_settings_tried_stand_in_a_table_the_best_in_bold():
    point = {"learning_rate": 1.5e-3, "step_tokens": 1000, "rank": 16, "seed": 0}
    rows = [point | {"steps": 21, "held_out": 0.9}, point | {"steps": 22, "held_out": 0.8}]
    lines = settings_tried([*rows, point | {"diverged": "The loss was nan."}]).splitlines()
    assert lines[2] == "| 0.0015 | 1000 | 16 | 0 | 21 | 0.900 |"
    assert lines[3].endswith("| 22 | **0.800** |") and lines[4].endswith("| 0 |  | diverged |")
    assert len(settings_tried(()).splitlines()) == 2


def test_runs_that_went_on_from_each_other_count_as_one():
    """The first stopped before its recipe's tokens: what it took counts."""
    first = LOG | {"recipe": LOG["recipe"] | {"tokens": 9000, "rank": 4}, "tokens": 1100, "replies": 5}
    text = written(OF_THE_READER, RESULT, LOG | {"before": [first]})
    assert "2,100 tokens in 4 steps, 20 replies learned, 3 minutes" in text
    assert "| 1 | 0.900 | 50 |" in text and "| 2 | 0.900 | 50 |" in text
    assert "tokens 1100, seed 0, rank 4; then tokens 1000, seed 0." in text


@pytest.fixture
def sat(monkeypatch, tmp_path):
    """The names of those who sat the exams, in order; nothing is asked, and the report goes elsewhere."""
    names = []

    def examine(examinee, n, limit):
        names.append(next(name for name, each in reports.examinees().items() if each == examinee))
        return EXAMINED[names[-1]]

    monkeypatch.setattr(reports, "examine", examine)
    monkeypatch.setattr(reports, "RESULT", tmp_path / "report.json")
    monkeypatch.setattr(reports, "CARDS", ())
    return names


def reported(only=(), n=6):
    reports.report(n, 4, provenance.begin("test"), only)
    return files.read_json(reports.RESULT)["examined"]


def test_one_examined_anew_stands_beside_the_readings_of_the_others(sat):
    everyone = reported()
    assert list(everyone) == sat and WREN in sat
    again = reported([WREN])
    assert sat.count(WREN) == 2 and set(again) == set(everyone)
    kept = [name for name in everyone if name != WREN]
    assert all(again[name] == everyone[name] for name in kept), "they say what made them, not the last run"


def test_readings_of_other_exams_are_not_kept(sat):
    reported([WREN])  # there is no report: this begins one
    with pytest.raises(CourseError, match="7 tasks") as caught:
        reported([WREN], n=7)
    assert "--only" in caught.value.next_step and sat == [WREN]


def test_an_unknown_examinee_is_told_who_is_here(sat):
    with pytest.raises(CourseError, match="parrot") as caught:
        reported(["parrot"])
    assert WREN in caught.value.allowed
