"""The rules of what training breaks, on small tables made for them: confirmed, refuted, or neither."""

import pandas as pd
import pytest

from course_lib.claims import Verdict, judge
from course_lib.errors import CourseError
from course_lib.experiments import canaries, curation, distillation, facts_by_tuning
from course_lib.experiments.facts_taught import lesson

N = 80
CONFIRMED, REFUTED, NOT_CONFIRMED = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.NOT_CONFIRMED


def text(share, n=N):
    """So many questions right, the first ones."""
    return "1" * round(share * n) + "0" * (n - round(share * n))


def said(claim, rule, rows):
    return judge(claim, rule(pd.DataFrame(rows))).verdict


def ways(trained, held_out, seeds=2):
    """A table of facts by tuning: way -> share right on the trained wording, and on held-out ones; and rows
    at a rate that dev questions do not choose, where the opposite comes out.
    """
    return [
        {"way": way, "rate": rate, "seed": seed, "dev_wrong": rate}
        | {"hits_trained": text(known), "hits": text(said)}
        for seed in range(seeds)
        for way, share in held_out.items()
        for rate, known, said in ((0.1, trained.get(way, 1.0), share), (0.2, 0.0, 1 - share))
    ]


ONE, FIVE, TEN, PROMPT = (
    facts_by_tuning.ONE,
    facts_by_tuning.FIVE,
    facts_by_tuning.TEN,
    facts_by_tuning.PROMPT,
)


@pytest.mark.parametrize(
    ("trained", "held_out", "verdict"),
    [
        ({}, {ONE: 0.1, FIVE: 0.3, TEN: 0.5}, CONFIRMED),
        ({}, {ONE: 0.1, FIVE: 0.6, TEN: 1.0}, REFUTED),  # with ten wordings nothing is wrong any more
        ({ONE: 0.1, FIVE: 0.1, TEN: 0.1}, {ONE: 0.1, FIVE: 0.1, TEN: 0.1}, NOT_CONFIRMED),  # nothing took
        ({}, {ONE: 0.2, FIVE: 0.4}, CONFIRMED),  # a laptop's points
    ],
)
def test_c03_asks_for_what_is_recalled_and_not_known(trained, held_out, verdict):
    assert said("C03", facts_by_tuning.c03, ways(trained, held_out)) == verdict


@pytest.mark.parametrize(
    ("held_out", "verdict"),
    [
        ({ONE: 0.1, FIVE: 0.2, TEN: 0.3, PROMPT: 0.8}, CONFIRMED),
        ({ONE: 0.1, FIVE: 0.2, TEN: 0.8, PROMPT: 0.3}, REFUTED),
        ({ONE: 0.1, FIVE: 0.2, TEN: 0.5, PROMPT: 0.5}, NOT_CONFIRMED),
        ({FIVE: 0.2, PROMPT: 0.8}, CONFIRMED),
    ],
)
def test_c36_holds_the_models_own_logits_against_pairs(held_out, verdict):
    assert said("C36", facts_by_tuning.c36, ways({}, held_out)) == verdict


def test_what_a_figure_shows_is_what_a_table_has():
    at = {"rate": 0.1, "seed": 0, "dev_wrong": 0.5}
    table = pd.DataFrame(
        [
            {"way": ONE, **at, "hits": "1100", "hits_trained": "1111", "hits_untaught": "00"},
            {"way": facts_by_tuning.GOLD, "rate": 0.0, "seed": 0, "hits": "1111"},
        ]
    )
    shown = facts_by_tuning.shown(table)
    assert shown["trained wording"][ONE].mean == 1 and set(shown["trained wording"]) == {ONE}
    assert {way: share.mean for way, share in shown["held-out wordings"].items()} == {
        ONE: 0.5,
        facts_by_tuning.GOLD: 1,
    }
    assert facts_by_tuning.updated(table) == facts_by_tuning.update_gains(table) == {}


def test_the_best_way_is_the_one_that_dev_questions_choose():
    rows = ways({}, {ONE: 0.9, FIVE: 0.2})
    easier = {ONE: 1.0, FIVE: 0.5}
    table = pd.DataFrame([row | {"dev_wrong": easier[row["way"]] * row["rate"]} for row in rows])
    assert facts_by_tuning.best_way(table) == FIVE  # though ONE gets more right in the end
    with pytest.raises(CourseError, match="no way of teaching"):
        facts_by_tuning.best_way(table[:0])


def test_study_text_is_held_against_pairs_where_it_was_tried():
    found = facts_by_tuning.studied(pd.DataFrame(ways({}, {ONE: 0.9, TEN: 0.5, facts_by_tuning.STUDY: 0.5})))
    assert {what: round(each.mean, 2) for what, each in found.items()} == {
        f"study text − {ONE}": -0.4,
        f"study text − {TEN}": 0,
    }
    assert found[f"study text − {ONE}"].high < 0
    assert facts_by_tuning.studied(pd.DataFrame(ways({}, {ONE: 0.9}))) == {}


def next_edition(changed="1", new="1", kept="0"):
    """A table of what the next edition did: all facts were known before, but for those that are new."""
    plan = lesson(20)
    stays = [plan.later[fact.name].value == fact.value for fact in plan.asked]
    few = 2 * len(plan.changed)
    row = {"way": TEN, "rate": 0.1, "dev_wrong": 0.5}
    row |= {"hits": "".join("11" if each else "10" for each in stays)}
    row |= {"hits_untaught": "0" * few + "1" * (2 * len(plan.untaught) - few)}
    row |= {"hits_changed": changed * few, "hits_stale": "0" * few, "hits_new": new * few}
    row |= {"hits_kept": kept * 2 * sum(stays)}
    return pd.DataFrame([row | {"seed": seed} for seed in range(2)])


def test_the_next_edition_is_shown_beside_what_the_same_facts_scored_before():
    before, after = facts_by_tuning.BEFORE, facts_by_tuning.AFTER
    means = {
        measure: {when: each.mean for when, each in times.items()}
        for measure, times in facts_by_tuning.updated(next_edition()).items()
    }
    assert means == {
        "changed facts: this year's value": {after: 1},
        "changed facts: last year's value": {before: 0.5, after: 0},
        "new facts": {before: 0, after: 1},
        "facts that stayed": {before: 1, after: 0},
    }


@pytest.mark.parametrize(("changed", "new", "gain"), [("1", "1", 0), ("0", "1", -1), ("1", "0", 1)])
def test_changed_facts_are_held_against_new_ones_and_those_that_stayed_against_themselves(changed, new, gain):
    against_new, stayed = facts_by_tuning.update_gains(next_edition(changed, new)).values()
    assert (against_new.mean, stayed.mean) == (gain, -1)
    assert facts_by_tuning.update_gains(next_edition(kept="1")).popitem()[1].mean == 0
    fewer = next_edition(changed, new)  # as on a laptop, where less was left to teach than changed
    fewer["hits_new"] = fewer["hits_new"].str[:-2]
    assert facts_by_tuning.update_gains(fewer).popitem()[1] == stayed
    assert list(facts_by_tuning.update_gains(fewer).values())[0].mean == gain


def test_rows_of_another_lesson_have_no_before():
    other = next_edition().assign(hits="11")
    with pytest.raises(CourseError, match="No lesson has 2 questions"):
        facts_by_tuning.updated(other)


def sets(few, many, dropped, doubled, budgets=(curation.STEPS, curation.EPOCHS)):
    """A table of curation: the share of good replies of the four sets that the claim is about."""
    n, faulty = 120, curation.FAULTY
    settings = [
        (24, 0.0, curation.AS_IS, few),
        (240, curation.HALF, curation.AS_IS, many),
        (n, faulty, curation.LABEL, dropped),
        (2 * n, faulty, curation.AS_IS, doubled),
        (n, faulty, curation.AS_IS, 0.5),
    ]
    names = ("n", "noise", "filter", "hits")
    return [
        dict(zip(names, (*each[:3], text(each[3])), strict=True)) | {"budget": budget, "seed": 0}
        for budget in budgets
        for each in settings
    ]


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.5, 0.9, 0.5), CONFIRMED),
        ((0.3, 0.8, 0.9, 0.5), REFUTED),
        ((0.9, 0.5, 0.3, 0.8), REFUTED),
        ((0.5, 0.5, 0.5, 0.5), NOT_CONFIRMED),
    ],
)
def test_c07_asks_for_both_halves_at_both_budgets(shares, verdict):
    assert said("C07", curation.c07, sets(*shares)) == verdict


def test_c07_has_a_part_for_each_pair_that_was_measured():
    assert len(curation.c07(pd.DataFrame(sets(1, 0, 1, 0)))) == 4
    assert len(curation.c07(pd.DataFrame(sets(1, 0, 1, 0, (curation.STEPS,))))) == 2


def test_a_noise_curve_has_a_line_a_set_and_the_budget_that_was_asked_for():
    shown = curation.shown(pd.DataFrame(sets(0.9, 0.5, 0.8, 0.4)), curation.EPOCHS)
    assert shown["240, as it is"][curation.FAULTY].mean == 0.4
    assert shown["240, as it is"][curation.HALF].mean == 0.5
    assert shown["120, dropped by label"][curation.FAULTY].mean == pytest.approx(0.8)


def planted(full, lora, control=1.0):
    """A table of canaries: the exposure of those inserted most, by method, and of the controls."""
    counts = [0, 64] * 3
    return [
        {
            "way": way,
            "seed": seed,
            "insertions": counts,
            "forms": [canaries.DIGITS] * 6,
            "exposures": [control + 0.1 * seed if count == 0 else bits for count in counts],
            "hits": "010101",
        }
        for seed in range(3)
        for way, bits in ((canaries.FULL, full), (canaries.LORA, lora))
    ] + [{"way": canaries.INDEX, "seed": 0, "insertions": counts, "forms": ["digits"] * 6, "hits": "111111"}]


@pytest.mark.parametrize(
    ("full", "lora", "verdict"), [(9.9, 8, CONFIRMED), (9.9, 1.1, NOT_CONFIRMED), (0.1, 0.1, REFUTED)]
)
def test_c15_asks_for_more_exposure_than_the_controls_have_after_both_methods(full, lora, verdict):
    assert said("C15", canaries.c15, planted(full, lora)) == verdict


def test_exposures_and_what_was_told_are_read_by_insertions_and_form():
    table = pd.DataFrame(planted(9.9, 8))
    assert canaries.by_insertions(table, canaries.FULL)[64].tolist() == [9.9] * 9
    assert canaries.by_insertions(table, canaries.LORA, "hits")[64].tolist() == [1] * 9
    assert canaries.by_insertions(table, canaries.LORA, form=canaries.WORDS) == {}


def test_ways_are_held_against_each_other_canary_by_canary():
    table = pd.DataFrame(planted(9.9, 8))
    found = canaries.between(table, canaries.FULL, canaries.LORA)
    assert {count: (round(each.mean, 3), round(each.high, 3)) for count, each in found.items()} == {
        0: (0, 0),
        64: (1.9, 1.9),
    }
    assert canaries.between(table, canaries.LORA, canaries.FULL, canaries.DIGITS)[64].mean < 0
    fewer = table[(table["way"] != canaries.LORA) | (table["seed"] == 0)]
    with pytest.raises(CourseError, match="as many values"):
        canaries.between(fewer, canaries.FULL, canaries.LORA)


def students(teacher, logits):
    rows = {distillation.TEACHER: teacher, distillation.LOGITS: logits, distillation.LABELS: (0, 0)}
    return [
        {"way": way, "rate": rate, "dev_loss": loss, "seed": 0}
        | {"hits_value": text(value * part), "hits_style": text(style * part)}
        for way, (value, style) in rows.items()
        for rate, loss, part in ((1e-3, 0.4, 1), (3e-3, 0.6, 0))  # the worse rate tells nothing
    ]


@pytest.mark.parametrize(
    ("logits", "verdict"), [((0.7, 1), CONFIRMED), ((0.1, 1), REFUTED), ((0.4, 1), NOT_CONFIRMED)]
)
def test_c32_asks_for_more_than_half_of_the_teacher_on_both_axes(logits, verdict):
    assert said("C32", distillation.c32, students((0.8, 1.0), logits)) == verdict


def test_a_lesson_in_logits_is_held_against_one_in_labels():
    found = distillation.by_lesson(pd.DataFrame(students((0.8, 1), (0.5, 0.25))))
    assert [round(each.mean, 2) for each in found.values()] == [0.5, 0.25]
    assert all(each.low > 0 and "logits − student, labels" in what for what, each in found.items())
    with pytest.raises(CourseError):
        distillation.by_lesson(pd.DataFrame(students((0.8, 1), (0.5, 0.25))[:2]))


def test_students_are_shown_with_what_an_answer_takes():
    rows = [row | {"milliseconds": 10.0 + i} for i, row in enumerate(students((0.8, 1), (0.5, 1)))]
    found, milliseconds = distillation.shown(pd.DataFrame(rows))
    assert found[distillation.TEACHER]["right values"].mean == pytest.approx(0.8)
    assert milliseconds[distillation.TEACHER] == 10.5 and list(found) == list(milliseconds)


@pytest.mark.parametrize("experiment", [facts_by_tuning, curation, canaries, distillation])
def test_a_sweep_names_its_points_and_none_twice(experiment):
    for profile in ("tiny", "laptop", "gpu"):
        points = experiment.points(profile)
        assert len({repr(sorted(point.items())) for point in points}) == len(points)
        assert all("seed" in point for point in points)
    assert len({point["seed"] for point in experiment.points("tiny")}) == 3
    assert set(experiment.RULES)


@pytest.mark.parametrize(
    "rule", [rule for each in (facts_by_tuning, canaries, distillation) for rule in each.RULES.values()]
)
def test_a_table_without_its_rows_is_told(rule):
    table = pd.DataFrame([{"way": "nothing", "seed": 0, "hits": "1", "insertions": [0], "exposures": [1.0]}])
    with pytest.raises(CourseError):
        rule(table)


def test_a_table_without_a_filter_is_told():
    with pytest.raises(CourseError, match="no set of which a fifth was dropped"):
        curation.c07(pd.DataFrame([{"n": 120, "filter": curation.AS_IS, "hits": "1"}]))
