"""The advice on every combination of answers, and what must hold whatever somebody weighs or has measured."""

import itertools
import re
from collections import Counter
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from course_lib.claims import Verdict, load_claims, load_sources
from course_lib.decision import CRITERIA, WEIGHTS, Answers, Option, monday, recommend, told
from course_lib.decision.criteria import ENOUGH, NONE, UNKNOWN, UNTRIED, WAYS
from course_lib.errors import CourseError

NAMES = tuple(CRITERIA)
EVERY = [Answers(*each) for each in itertools.product(*(list(CRITERIA[name].readings) for name in NAMES))]
BEHIND = sorted({claim for c in CRITERIA.values() for r in c.readings.values() for claim in r.claims})
ORDINARY = Answers(
    prompts="tried", failure="facts", change="monthly", citations="needed", latency="relaxed",
    volume="near", examples="some", language="ordinary", privacy="open", upkeep="somebody",
)  # fmt: skip

anybody = some.builds(Answers, **{name: some.sampled_from(list(CRITERIA[name].readings)) for name in NAMES})
quarters = some.integers(0, 40).map(lambda n: n / 4)  # what a slider gives, and more
weighing = some.fixed_dictionaries(dict.fromkeys(NAMES, quarters))
measured = some.dictionaries(some.sampled_from(BEHIND), some.sampled_from(list(Verdict)))


@pytest.fixture(scope="module")
def everything():
    """The advice for every combination of answers."""
    return [(answers, recommend(answers)) for answers in EVERY]


def test_there_is_one_advice_for_every_combination_of_answers(everything):
    assert len(everything) == 3 * 4 * 3 * 2 * 2 * 3 * 3 * 2 * 3 * 3 == len(set(EVERY))
    assert {advice.do for _, advice in everything} == set(Option)
    assert {advice.lead for _, advice in everything} == set(WAYS)
    least = min(Counter(advice.do for _, advice in everything).values())
    assert least > 100  # no option that hardly anybody could ever be given


def test_no_advice_contradicts_an_answer(everything):
    for answers, advice in everything:
        uncounted, untried = answers.failure == UNKNOWN, answers.prompts == UNTRIED
        enough = answers.prompts == ENOUGH
        assert (advice.do == Option.PROMPTS) == (untried and not uncounted)
        assert (advice.do == Option.KEEP) == (enough and not uncounted)
        needs_examples = answers.examples == NONE and advice.lead != Option.RAG and not (untried or enough)
        assert (advice.do == Option.COLLECT) == (uncounted or needs_examples)
        assert advice.do in (Option.KEEP, Option.PROMPTS, Option.COLLECT, advice.lead)
        if answers.citations == "needed" or answers.privacy == "restricted":
            assert advice.lead != Option.TUNING and Option.TUNING in advice.excluded


def test_it_adds_up_and_says_what_would_turn_it(everything):
    for _, advice in everything[::7]:
        scores = list(advice.scores.values())
        assert scores == sorted(scores, reverse=True) and next(iter(advice.scores)) == advice.lead
        assert sum(advice.gap.values()) == pytest.approx(scores[0] - scores[1])
        assert {*advice.scores, *advice.excluded} == set(WAYS)
        assert all(flip.to != advice.lead and flip.to in advice.scores for flip in advice.flips)


@given(anybody, weighing, measured)
@settings(max_examples=150, deadline=None)
def test_the_same_answers_give_the_same_advice_and_twice_the_weights_too(answers, weights, evidence):
    advice = recommend(answers, weights, evidence)
    assert recommend(answers, dict(weights), dict(evidence)) == advice
    doubled = recommend(answers, {name: 2 * weight for name, weight in weights.items()}, evidence)
    assert (doubled.do, doubled.lead, list(doubled.scores)) == (advice.do, advice.lead, list(advice.scores))


@given(anybody, weighing, measured)
@settings(max_examples=150, deadline=None)
def test_beyond_a_flip_another_way_leads_and_before_it_none(answers, weights, evidence):
    advice = recommend(answers, weights, evidence)
    flips = {(flip.criterion, flip.up): flip for flip in advice.flips}
    for name in NAMES:
        for up in (True, False):
            flip = flips.get((name, up))
            if flip is None:
                for other in [weights[name] + 1000] if up else [0.0]:
                    assert recommend(answers, weights | {name: other}, evidence).lead == advice.lead
                continue
            beyond = flip.weight + (1e-6 if up else -1e-6)
            before = (flip.weight + weights[name]) / 2
            assert recommend(answers, weights | {name: max(0.0, beyond)}, evidence).lead == flip.to
            assert recommend(answers, weights | {name: before}, evidence).lead in (
                (advice.lead,) if before != flip.weight else WAYS
            )


@given(anybody, weighing, measured, some.sampled_from(NAMES))
@settings(max_examples=150, deadline=None)
def test_more_weight_on_what_speaks_for_a_way_never_takes_it_away(answers, weights, evidence, name):
    advice = recommend(answers, weights, evidence)
    reading = answers.readings[name]
    if all(reading[advice.lead] >= reading[way] for way in advice.scores):
        more = recommend(answers, weights | {name: weights[name] + 3}, evidence)
        assert more.lead == advice.lead


def test_a_reason_counts_as_far_as_it_is_borne_out():
    both = replace(ORDINARY, failure="both", language="jargon")
    assert recommend(both).lead == Option.BOTH  # on the sources' word
    refuted = recommend(both, evidence={"C01": Verdict.REFUTED, "C19": Verdict.CONFIRMED})
    assert refuted.lead == Option.RAG and refuted.gap["failure"] == 0
    facts = recommend(ORDINARY, evidence={"C01": Verdict.CONFIRMED, "C03": Verdict.REFUTED})
    reason = next(each for each in facts.reasons if each.criterion == "failure")
    assert dict(reason.standing) == {"C01": 1, "C03": 0} and reason.trust == 0  # as the weakest
    # C14 says that an adapter can be moved; it is the refutation that bears the reason out
    upkeep = [
        recommend(ORDINARY, evidence={"C14": said}).reasons[NAMES.index("upkeep")].trust
        for said in (Verdict.REFUTED, Verdict.NOT_CONFIRMED, Verdict.CONFIRMED)
    ]
    assert upkeep == [1, 0.5, 0]


@pytest.mark.parametrize("said", list(Verdict))
def test_a_number_that_a_source_gets_wrong_takes_no_reason_away(said):
    """C25 (200 to 800 ms) is also refuted where retrieval adds more, and C06 (200 to 500 are enough) says
    nothing against 500 and more.
    """
    pressed = replace(ORDINARY, latency="tight", examples="many", failure="form", citations="not needed")
    trusted = recommend(pressed, evidence={"C25": said, "C06": said})
    assert {each.trust for each in trusted.reasons if each.criterion in ("latency", "examples")} == {1}
    assert trusted == recommend(pressed)


def test_what_rules_a_way_out_falls_with_its_claim():
    form = replace(ORDINARY, failure="form", change="seldom", examples="many", upkeep="team")
    assert recommend(form).lead == Option.BOTH
    free = recommend(form, {"citations": 0}, evidence={"C31": Verdict.REFUTED})
    assert free.lead == Option.TUNING and not free.excluded


def test_a_tie_goes_to_the_simpler_way():
    advice = recommend(ORDINARY, dict.fromkeys(NAMES, 0))
    assert set(advice.scores.values()) == {0} and advice.lead == Option.RAG


def test_every_reason_names_claims_of_the_ledger_and_every_dispute_its_sources():
    ledger, sources = load_claims(), load_sources()
    for criterion in CRITERIA.values():
        for reading in criterion.readings.values():
            assert set(reading.claims) <= set(ledger) and reading.why.endswith(".")
            assert reading.label and len(reading.points) == 3 and all(-2 <= p <= 2 for p in reading.points)
        words = criterion.disputed.replace(",", " ").replace("(", " ").replace(")", " ").split()
        named = {word.rstrip(".;:") for word in words}
        for source in named & set(sources):
            told_by = {claim for claim in ledger if source in ledger[claim].sources}
            assert told_by & named, f"{criterion.name}: which claim of {source}?"


def test_it_is_told_in_words():
    advice = recommend(replace(ORDINARY, failure="both"), evidence={"C31": Verdict.CONFIRMED})
    words = told(advice)
    assert words.startswith(f"Do: {advice.do}.")
    assert "Ruled out: fine-tuning, by citations." in words and "C31 borne out" in words
    assert "C01 not decided" in words and "Ovadia 2023" in words and "with a weight of" in words
    assert len(monday(advice)) == 3
    kept = replace(ORDINARY, upkeep="nobody")
    moved = told(recommend(kept, evidence={"C14": Verdict.REFUTED}))
    assert "C14 refuted, which bears this out" in moved
    assert "C14 confirmed, which contradicts this" in told(
        recommend(kept, evidence={"C14": Verdict.CONFIRMED})
    )
    kept = recommend(replace(ORDINARY, prompts=ENOUGH))
    assert told(kept).startswith("Do: keep the prompts: tried, and enough. If more is asked of it, RAG.")
    waiting = recommend(replace(ORDINARY, prompts=UNTRIED))
    assert told(waiting).startswith("Do: fix the prompts first, then RAG.")
    assert monday(waiting) != monday(recommend(replace(ORDINARY, failure=UNKNOWN)))


def test_no_flip_is_told_that_needs_a_weight_below_none(everything):
    words = " ".join(told(advice) for _, advice in everything)
    assert not re.search(r"below (-|0\.(?!\d))", words) and "no weight on" in words


def test_every_option_has_its_first_steps(everything):
    steps = {advice.do: monday(advice) for _, advice in everything if advice.do != Option.COLLECT}
    assert len(set(steps.values())) == 5 and all(len(each) == 3 for each in steps.values())


def test_what_makes_no_sense_is_told():
    with pytest.raises(CourseError, match="answer to 'change'"):
        replace(ORDINARY, change="never")
    with pytest.raises(CourseError, match="no criterion 'money'"):
        recommend(ORDINARY, {"money": 1})
    with pytest.raises(CourseError, match="weight of change"):
        recommend(ORDINARY, {"change": -1})
    assert set(WEIGHTS) == set(asdict(ORDINARY))
