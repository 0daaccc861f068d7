"""The rules of lesson 08's sweeps, on tables made for it: confirmed, refuted, neither, and what cannot be."""

import pytest

from course_lib.claims import Verdict, verdict
from course_lib.errors import CourseError
from course_lib.experiments import forgetting, prompt_shift, refusals, sweep, unknown_facts
from course_lib.experiments.equal_learning import equally_learned, target_of
from course_lib.experiments.hits import gain, scores
from course_lib.experiments.hits import hits as hit_string
from course_lib.experiments.in_memory import UNTUNED

N = 40


def hits(share, n=N):
    """So many of n hits, the first ones."""
    return hit_string(i < round(share * n) for i in range(n))


def said(parts):
    return [verdict(part) for part in parts.values()]


def forgot(arm, rate, learned, kept, text=2.0, seed=0):
    """A row of the sweep on forgetting: the share of new pairs learned, and of everything that it kept."""
    row = {"arm": arm, "learning_rate": rate, "seed": seed, "style": hits(learned), "kl": 1 - kept}
    row |= {"general": hits(kept), "formats": hits(kept), "learning": 5 - learned}
    return row | {"text": [text + i / 100 for i in range(N)]}


def forgetting_table(lora, full, text=(2.0, 2.0)):
    """The untuned model, then two rates of each arm; both arms learn the same at the same step."""
    rows = [forgot(UNTUNED, 0.0, 0.0, 1.0)]
    for arm, kept, loss in ((forgetting.LORA, lora, text[0]), (forgetting.FULL, full, text[1])):
        rows += [forgot(arm, 0.1, 0.5, 1.0), forgot(arm, 1.0, 1.0, kept, loss)]
    return sweep.table(rows)


def test_c11_compares_where_both_have_learned_equally_much():
    assert said(forgetting.c11(forgetting_table(0.9, 0.3, (2.0, 2.5)))) == [Verdict.CONFIRMED] * 3
    assert said(forgetting.c11(forgetting_table(0.3, 0.9, (2.5, 2.0)))) == [Verdict.REFUTED] * 3
    assert said(forgetting.c11(forgetting_table(0.8, 0.8))) == [Verdict.NOT_CONFIRMED] * 3


def test_a_higher_rate_that_only_forgets_more_is_not_held_against_an_arm():
    table = forgetting_table(0.8, 0.8)
    wild = forgot(forgetting.LORA, 9.0, 1.0, 0.0)
    more = sweep.table([*table.to_dict("records"), wild])
    assert forgetting.c11(more) == forgetting.c11(table)


def test_between_two_rates_an_arm_keeps_the_mean_of_them():
    table = forgetting_table(0.5, 0.5)
    half = equally_learned(table, forgetting.LORA, "general", 0.75)
    assert half.mean() == pytest.approx(0.75)
    first = equally_learned(table, forgetting.LORA, "general", 0.25)
    assert first.mean() == pytest.approx(1.0)
    with pytest.raises(CourseError, match="never reaches"):
        equally_learned(table, forgetting.LORA, "general", 1.01)


def test_the_target_is_what_the_worse_arm_nearly_reaches_at_its_best_rate():
    rows = [forgot(UNTUNED, 0.0, 0.0, 1.0), forgot(forgetting.LORA, 1.0, 1.0, 1.0)]
    rows += [forgot(forgetting.FULL, 1.0, 0.5, 1.0), forgot(forgetting.FULL, 9.0, 0.1, 0.0)]
    table = sweep.table(rows)
    assert target_of(table, forgetting.LORA, forgetting.FULL) == pytest.approx(0.45)
    nothing = sweep.table([*rows[:2], forgot(forgetting.FULL, 1.0, 0.0, 1.0)])
    with pytest.raises(CourseError, match="full tuning learned nothing"):
        forgetting.c11(nothing)


def test_seeds_are_averaged_and_an_arm_that_was_not_measured_is_told():
    rows = sweep.table([forgot("a", 1.0, 1.0, kept, seed=seed) for seed, kept in enumerate((1.0, 0.0))])
    where = {"arm": "a"}
    assert set(scores(rows, "general", where).mean(axis=0)) == {0.5}
    assert gain(rows, "text", where, where).mean == 0
    assert scores(rows, "text", where).mean(axis=0)[:2] == pytest.approx([2.0, 2.01])
    with pytest.raises(CourseError, match="arm b"):
        scores(rows, "general", {"arm": "b"})
    with pytest.raises(CourseError, match="no row of b"):
        equally_learned(forgetting_table(0.5, 0.5), "b", "general", 1.0)
    odd = sweep.table([forgot("a", 1.0, 1.0, 1.0), forgot("a", 1.0, 1.0, 1.0) | {"general": "11"}])
    with pytest.raises(CourseError, match="same number"):
        scores(odd, "general", where)


def test_a_summary_has_a_row_a_rate_and_a_figure_its_shares():
    table = forgetting_table(0.5, 0.25)
    summed = forgetting.summary(table)
    assert summed["arm"].tolist() == [UNTUNED, *[forgetting.LORA] * 2, *[forgetting.FULL] * 2]
    assert summed["general"].tolist() == [1.0, 1.0, 0.5, 1.0, 0.25] and summed["kl"].iloc[0] == 0
    one = {"arm": UNTUNED, "general": hits(1), "formats": hits(0.5), "style": hits(0)}  # as a sweep stores it
    drawn = forgetting.before_and_after(one, one | {"general": hits(0.25)})
    assert [round(each["after"].mean, 2) for each in drawn.values()] == [0.25, 0.5, 0]


def shifted(arm, style, right):
    """A row of the sweep on prompts: shares by form, in the order of the forms."""
    forms = (prompt_shift.AS_TRAINED, *prompt_shift.OTHERS)
    row = {"arm": arm, "seed": 0}
    row |= {f"{form}: style": hits(share) for form, share in zip(forms, style, strict=True)}
    return row | {f"{form}: right": hits(share) for form, share in zip(forms, right, strict=True)}


def test_c12_wants_style_and_values_lost_in_every_other_form():
    untuned = shifted(UNTUNED, (0, 0, 0, 0), (0.8, 0.8, 0.8, 0.8))
    broken = shifted(prompt_shift.NARROW, (1, 0.2, 0.2, 0), (0.8, 0.1, 0.1, 0.1))
    assert said(prompt_shift.c12(sweep.table([untuned, broken]))) == [Verdict.CONFIRMED] * 4
    general = shifted(prompt_shift.NARROW, (1, 1, 1, 0), (0.8, 0.8, 0.8, 0.8))
    verdicts = said(prompt_shift.c12(sweep.table([untuned, general])))
    assert verdicts == [*[Verdict.NOT_CONFIRMED] * 2, Verdict.CONFIRMED, Verdict.NOT_CONFIRMED]


def test_what_the_untuned_model_loses_too_is_not_the_tunings():
    untuned = shifted(UNTUNED, (0, 0, 0, 0), (0.8, 0.1, 0.1, 0.1))
    tuned = shifted(prompt_shift.NARROW, (1, 1, 1, 1), (0.8, 0.1, 0.1, 0.1))
    *_, values = prompt_shift.c12(sweep.table([untuned, tuned])).values()
    assert values.mean == 0
    varied = shifted(prompt_shift.VARIED, (1, 1, 1, 1), (0.8, 0.8, 0.8, 0.8))
    worse = shifted(prompt_shift.NARROW, (1, 0.5, 1, 0.2), (0.8, 0.1, 0.1, 0.1))
    cure = prompt_shift.cure(sweep.table([untuned, worse, varied]))
    assert {form: round(each.mean, 2) for form, each in cure.items()} == dict(
        zip((prompt_shift.AS_TRAINED, *prompt_shift.OTHERS), (0, 0.5, 0, 0.8), strict=True)
    )


def taught(unknown, right, made_up, arm=unknown_facts.TUNED, rate=1e-3, recalled=0.25):
    asked = {"right": right, "made_up": hits(made_up), "recalled": hits(recalled, 8)}
    return {"arm": arm, "unknown": unknown, "rate": rate, "seed": 0} | asked


def test_c04_counts_only_what_the_model_knew():
    knew = taught(0.0, hits(0.5), 0.5, UNTUNED)
    rows = [taught(share, hits(0.5 * (1 - share)), 0.5 + 0.4 * share) for share in unknown_facts.SHARES]
    table = sweep.table([knew, *rows])
    assert said(unknown_facts.c04(table)) == [Verdict.CONFIRMED] * 2
    assert unknown_facts.lost(table, 1.0).shape == (1, N // 2)
    drawn = unknown_facts.shown(table)
    assert [round(x.mean, 2) for x in drawn["known facts lost"].values()] == [0, 0.5, 1]
    assert [round(x.mean, 2) for x in drawn["taught facts stated"].values()] == [0.25, 0.25, 0.25]
    same = sweep.table([knew, *(taught(share, hits(0.4), 0.6) for share in unknown_facts.SHARES)])
    assert said(unknown_facts.c04(same)) == [Verdict.NOT_CONFIRMED] * 2
    ignorant = sweep.table([taught(0.0, hits(0), 1.0, UNTUNED), *rows])
    with pytest.raises(CourseError, match="none to lose"):
        unknown_facts.c04(ignorant)


def test_c04_compares_models_at_the_rate_at_which_the_unknown_facts_were_learned_best():
    knew, ways = taught(0.0, hits(0.5), 0.5, UNTUNED), []
    for rate, recalled, right in ((1e-4, 0.25, 0.5), (1e-3, 0.75, 0.4), (2e-3, 0.75, 0.2), (1e-2, 0.0, 0.0)):
        ways += [taught(0.0, hits(0.5), 0.5, rate=rate, recalled=1.0)]
        ways += [taught(1.0, hits(right), 0.9, rate=rate, recalled=recalled)]
    table = sweep.table([knew, *ways])
    assert unknown_facts.best_rate(table) == 1e-3, "of two that learned as much the lower"
    lost, _ = unknown_facts.c04(table).values()
    assert lost.mean == pytest.approx(0.2)
    told = unknown_facts.by_rate(table)
    assert told["rate"].tolist() == ["0.0001", "0.001", "0.002", "0.01"] * 2
    assert told["known facts lost"].round(2).tolist() == [0, 0, 0, 0, 0, 0.2, 0.6, 1]
    with pytest.raises(CourseError, match="No training on unknown facts alone"):
        unknown_facts.best_rate(sweep.table([knew, ways[0]]))


def refused(share, says_so, arm=refusals.TUNED):
    return {"arm": arm, "refusals": share, "seed": 0, "says_so": hits(says_so), "silent": hits(0.1)}


def test_c33_asks_for_what_was_unlearned_without_refusals_and_with_one_in_ten():
    untuned = refused(0.0, 0.8, UNTUNED)
    table = sweep.table([untuned, refused(0.0, 0.1), refused(0.1, 0.3), refused(0.3, 0.8)])
    assert said(refusals.c33(table)) == [Verdict.CONFIRMED] * 2
    cured = sweep.table([untuned, refused(0.0, 0.1), refused(0.1, 0.8), refused(0.3, 0.9)])
    assert said(refusals.c33(cured)) == [Verdict.CONFIRMED, Verdict.NOT_CONFIRMED]
    better = sweep.table([untuned, refused(0.0, 1.0), refused(0.1, 1.0), refused(0.3, 1.0)])
    assert said(refusals.c33(better)) == [Verdict.REFUTED] * 2


@pytest.mark.parametrize("experiment", [forgetting, prompt_shift, refusals, unknown_facts])
@pytest.mark.parametrize("profile", ["tiny", "laptop", "gpu"])
def test_every_profile_has_points_each_once_and_the_untuned_model_first(experiment, profile):
    points = experiment.points(profile)
    assert points[0]["arm"] == UNTUNED and len({repr(point) for point in points}) == len(points)
    assert all(point["size"] == profile for point in points)
    assert len({tuple(point) for point in points}) == 1
    if profile == "tiny":
        assert {point["seed"] for point in points} == {0, 1, 2}


def test_what_is_learned_and_what_is_asked_are_apart():
    for size in ("tiny", "laptop"):
        learned, new = forgetting.pairs(size)
        answered = {each[-1]["content"] for each in new if '"answered"' in each[-1]["content"]}
        assert not answered & {each[-1]["content"] for each in learned} and len(answered) > len(new) / 2
    taught_facts = {fact.answer for fact in forgetting._facts()[::2]}
    assert not taught_facts & {fact.answer for fact in forgetting._asked_facts()}


def test_pairs_with_a_share_of_refusals():
    for share in refusals.SHARES:
        some = refusals.examples(share, 40, seed=1)
        silent = sum("not_found" in example[-1]["content"] for example in some)
        assert (len(some), silent) == (40, round(40 * share))


def test_the_same_pairs_in_one_form_of_prompt_and_in_many():
    narrow = prompt_shift.examples(prompt_shift.NARROW, 30, 0)
    assert all(prompt_shift._is_plain(example) for example in narrow)
    assert len({example[0]["content"] for example in narrow}) == 1
    varied = prompt_shift.examples(prompt_shift.VARIED, 30, 0)
    assert sum(prompt_shift.ASK in example[1]["content"] for example in varied) == 10
    asked = prompt_shift.prompts_in(prompt_shift.RELAID, 3)
    plain = prompt_shift.prompts_in(prompt_shift.AS_TRAINED, 3)
    for (other, value), (trained, same) in zip(asked, plain, strict=True):
        assert value == same and other[0] != trained[0]
        question = trained[1]["content"].rpartition(prompt_shift.ASK)[2]
        assert f"<question>{question}</question>" in other[1]["content"]


@pytest.mark.slow
def test_facts_to_teach_are_as_many_for_every_share_and_known_but_for_the_invented(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    for share in unknown_facts.SHARES:
        facts = unknown_facts.facts_to_teach("tiny", share, seed=0)
        assert len(facts) == 40 and sum(fact.invented for fact in facts) == round(40 * share)
    assert len(unknown_facts.examples(facts)) == 80
    monkeypatch.setattr(unknown_facts, "_known", lambda model: ())
    with pytest.raises(CourseError, match="knows 0 of the facts"):
        unknown_facts.facts_to_teach("tiny", 0.5, seed=0)


def test_what_is_asked_of_refusals_is_as_much_on_both_sides_and_no_fact_twice():
    nothing, something = refusals.prompts(20)
    assert len(nothing) == len(something) == 20
    assert len({prompt[-1]["content"].rpartition("Question: ")[2] for prompt in nothing + something}) == 40
    assert all("[1] " in prompt[-1]["content"] for prompt in nothing + something)
