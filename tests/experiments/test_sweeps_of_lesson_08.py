"""Points of the sweeps on what training breaks, measured on wren in miniature."""

import pytest

from course_lib.experiments import canaries, curation, distillation, facts_by_tuning
from course_lib.experiments.facts_taught import gold_chunk, lesson
from course_lib.generation.values import states

RATE = 1e-3


def marks(row, prefix="hits"):
    return {name: value for name, value in row.items() if name.startswith(prefix)}


def test_what_is_taught_asked_and_held_out_are_apart():
    plan = lesson(20)
    every = (plan.taught, plan.asked, plan.untaught)
    taught, asked, untaught = ({fact.name for fact in some} for some in every)
    assert asked <= taught and not untaught & taught and len(untaught) == 20
    assert {fact.subject for fact in plan.untaught} == {fact.subject for fact in plan.taught}
    wordings = {text for fact in (*plan.taught, *plan.untaught) for text in fact.wordings}
    assert not wordings & {text for fact in asked | untaught for text in plan.held_out[fact]}
    assert len(plan.changed) > 8
    before = {fact.name: fact.value for fact in plan.asked}
    assert all(fact.value != before[fact.name] for fact in plan.changed)


def test_a_gold_chunk_states_its_fact():
    chunks = facts_by_tuning.passages("2025")
    for fact in lesson(4).asked:
        chunk = gold_chunk(fact, chunks)
        assert chunk.document_id == fact.gold and states(chunk.passage, fact.value)


def few_facts(monkeypatch, **changes):
    small = {"subjects": 2, "each": 2, "steps": 2, "batch_size": 4}
    monkeypatch.setitem(facts_by_tuning.SETTINGS, "tiny", small | changes)


@pytest.mark.slow
@pytest.mark.parametrize("way", [facts_by_tuning.GOLD, facts_by_tuning.ONE, facts_by_tuning.STUDY])
def test_a_way_of_teaching_facts_is_measured(monkeypatch, way):
    few_facts(monkeypatch)
    row = facts_by_tuning.measure({"way": way, "rate": RATE, "seed": 0})
    plan = lesson(2)
    assert len(row["hits"]) == row["questions"] == 2 * len(plan.asked)
    if way != facts_by_tuning.GOLD:
        assert len(row["hits_trained"]) == row["questions"] and len(row["hits_untaught"]) == 4
        assert row["steps"] == 2 and row["tokens"] > 0 and 0 <= row["dev_wrong"] <= 1


@pytest.mark.slow
def test_the_model_teaches_itself_and_the_next_edition_follows(monkeypatch):
    few_facts(monkeypatch)
    assert facts_by_tuning.measure({"way": facts_by_tuning.PROMPT, "rate": RATE, "seed": 0})["steps"] == 2
    row = facts_by_tuning.measure({"way": facts_by_tuning.TEN, "rate": RATE, "seed": 0})
    plan = lesson(2)
    assert len(row["hits_changed"]) == len(row["hits_stale"]) == 2 * len(plan.changed) > 0
    assert len(row["hits_kept"]) == row["questions"] - len(row["hits_changed"])
    assert row["update_steps"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", [curation.LABEL, curation.LOSS])
def test_a_set_is_filtered_trained_on_and_scored(monkeypatch, name):
    small = {"n": 10, "questions": 6, "batch_size": 5, "learning_rate": 1e-3}
    monkeypatch.setitem(curation.SETTINGS, "tiny", small)
    point = {"n": 10, "noise": 0.2, "filter": name, "budget": curation.EPOCHS, "seed": 0}
    row = curation.measure(point)
    assert {len(value) for value in marks(row).values()} == {6}
    assert row["examples"] == 8 and row["steps"] == 4
    if name == curation.LABEL:
        assert row["dropped_faulty"] == 1 and row["faulty"] == 0
    else:
        assert row["filter_steps"] == 2 and row["filter_tokens"] > 0


@pytest.mark.slow
def test_secrets_are_planted_learned_and_exposed(monkeypatch):
    small = {"each": 1, "forms": (canaries.DIGITS,), "ordinary": 4, "batch_size": 16}
    monkeypatch.setitem(canaries.SETTINGS, "tiny", small | {canaries.FULL: 2e-3, canaries.LORA: 1e-2})
    row = canaries.measure({"way": canaries.LORA, "seed": 0})
    assert row["insertions"] == list(canaries.INSERTIONS) and len(row["exposures"]) == 5
    assert all(0 <= bits <= 9.966 for bits in row["exposures"])
    assert row["exposures"][-1] > 5  # it was read 64 times
    scrubbed = canaries.measure({"way": canaries.SCRUBBED, "seed": 0})
    assert scrubbed["scrubbed"] == {"secret": 1 + 4 + 16 + 64} and "1" not in scrubbed["hits"]


@pytest.mark.slow
def test_a_question_pulls_secrets_out_of_an_index_unless_they_are_kept_from_the_search():
    some = canaries.plant((1,), 6, (canaries.DIGITS,))
    model = canaries.fresh_model()
    open_to_all = canaries.pulled_out(some, model=model)
    assert all(shown for _, shown in open_to_all) and sum(told for told, _ in open_to_all) >= 2
    kept_away = canaries.pulled_out(some, filtered=True, model=model)
    assert not any(told or shown for told, shown in kept_away)


@pytest.mark.slow
@pytest.mark.parametrize("way", [distillation.TEACHER, distillation.LOGITS, distillation.SCRATCH])
def test_teacher_and_students_are_measured(monkeypatch, way):
    small = {"teacher": 8, "pairs": 8, "steps": 1, "batch_size": 4, "questions": 4}
    small |= {"teacher_rate": 1e-3, "rates": (1e-3,), "seeds": 1}
    monkeypatch.setitem(distillation.SETTINGS, "tiny", small)
    distillation._teacher.cache_clear()
    row = distillation.measure({"way": way, "rate": 1e-3, "seed": 0})
    assert {len(value) for value in marks(row).values()} == {4}
    assert row["milliseconds"] > 0 and row["dev_loss"] > 0
    assert (row["parameters"] < 4e6) == (way != distillation.TEACHER)
