"""The figures and the form of lesson 11: what is drawn is what was weighed and counted."""

import math

import pytest

from course_lib import claims, decision, plots
from course_lib.claims import Verdict
from course_lib.decision import CRITERIA, Answers
from course_lib.experiments import money
from course_lib.experiments.prices import load_prices
from course_lib.plots.decision import gap_title
from course_lib.plots.decision_explorer import decision_explorer, explore_decision
from course_lib.plots.style import png

ANSWERS = Answers(
    prompts="tried", failure="both", change="monthly", citations="not needed", latency="relaxed",
    volume="near", examples="some", language="jargon", privacy="open", upkeep="somebody",
)  # fmt: skip
RAG = money.Way("RAG", money.Call(4000, 50, 0.1), hours_once=10, store=True)
TUNED = money.Way("tuned", money.Call(100, 50, 0.05, tuned=True), trained=2e6, hours_once=60)


def test_the_bars_of_an_advice_are_its_gap():
    advice = decision.recommend(ANSWERS)
    axes = plots.gap_bars(advice, "Why")
    names = [text.get_text() for text in axes.get_yticklabels()]
    drawn = dict(zip(names, (bar.get_width() for bar in axes.patches), strict=True))
    assert drawn == {name: value for name, value in advice.gap.items() if value}
    first, second = list(advice.scores)[:2]
    assert f"speaks for {second} ←" in axes.get_xlabel() and axes.get_xlabel().endswith(first)
    assert png(axes)
    assert gap_title(advice) == f"What puts {first} before {second}"


def test_costs_are_lines_that_cross_at_the_break_even():
    prices = load_prices()
    axes = plots.cost_by_volume([RAG, TUNED], prices, "Costs")
    assert [line.get_label() for line in axes.lines] == ["RAG", "tuned"]
    calls, ours = axes.lines[0].get_data()
    theirs = axes.lines[1].get_ydata()
    crossing = calls[(theirs <= ours).argmax()]
    assert crossing == pytest.approx(money.break_even_calls(RAG, TUNED, prices), rel=0.15)
    assert "calls a month" in axes.get_xlabel() and "dollars a month" in axes.get_ylabel()


def test_a_tornado_has_a_bar_a_price_and_says_what_is_never_reached():
    prices = load_prices()
    moved = money.sensitivity(RAG, TUNED, prices)
    axes = plots.tornado(moved, money.break_even_calls(RAG, TUNED, prices), "Which price")
    assert [text.get_text() for text in axes.get_yticklabels()] == list(moved["price"])
    told = [text.get_text() for text in axes.texts]
    assert len(told) == 2 * len(moved)
    never = int(moved[["at_low", "at_high"]].isin([math.inf]).sum().sum())
    assert sum("never" in each for each in told) == never
    assert png(plots.tornado(moved, math.inf, "None now"))


def test_the_ledger_is_a_mark_a_verdict():
    ledger = claims.ledger_table(["C01", "C02", "C03"], {})
    ledger[:] = ""
    ledger["wren"] = [Verdict.CONFIRMED, f"{Verdict.REFUTED} / {Verdict.CONFIRMED}", ""]
    axes = plots.verdict_grid(ledger, "The ledger")
    marks = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    row = list(ledger.columns).index("wren")
    (one, refuted), (other, confirmed) = marks[Verdict.REFUTED][0], marks[Verdict.CONFIRMED][1]
    assert marks[Verdict.CONFIRMED][0] == [0, row] and len(marks[Verdict.CONFIRMED]) == 2
    assert one == other == 1 and row - 0.5 < refuted < row < confirmed < row + 0.5, "both verdicts are seen"
    assert marks[Verdict.NOT_CONFIRMED] == []


def test_the_form_gives_the_advice_anew_when_an_answer_or_a_weight_is_moved():
    pytest.importorskip("ipywidgets")
    form = decision_explorer(ANSWERS, {"C19": Verdict.REFUTED})
    *rows, text, figure = form.children
    assert len(rows) == len(CRITERIA) and bytes(figure.value).startswith(b"\x89PNG")
    assert "C19 contradicted" in text.value
    before = text.value
    place = list(CRITERIA).index("failure")
    answer, weight = rows[place].children[1].children
    answer.value = "form"
    assert text.value != before and "A form is one habit" in text.value
    before = text.value
    weight.value = 0.25
    assert text.value != before
    rows[0].children[1].children[0].value = "untried"
    assert "Do: fix the prompts first" in text.value


def test_outside_of_a_notebook_the_sentence_stands_in_its_place(capsys):
    explore_decision(ANSWERS, "Each bar is a criterion.")
    assert capsys.readouterr().out == "Each bar is a criterion.\n"
