"""The exams of what a tuning should leave alone: whole, and each wording kept apart."""

import json

import pytest

from course_lib import files
from course_lib.corpus.exams import FormatTask, load_format_tasks, load_general_facts
from course_lib.errors import DataError
from course_lib.manifest import write_manifest


def test_general_facts_are_asked_in_wordings_that_no_training_has():
    facts = load_general_facts()
    assert len(facts) > 200 and len({fact.answer for fact in facts}) == len(facts)
    assert all(set(fact.test).isdisjoint(fact.questions) and fact.test for fact in facts)
    assert all(fact.value in fact.answer for fact in facts)


def test_invented_facts_are_of_kinds_that_known_ones_have_and_none_of_them_is_real():
    facts = load_general_facts()
    real = {fact.value.lower() for fact in facts if not fact.invented}
    invented = [fact for fact in facts if fact.invented]
    assert len(invented) > 50 and facts[-len(invented) :] == invented
    assert {fact.kind for fact in invented} < {fact.kind for fact in facts if not fact.invented}
    assert not real & {fact.value.lower() for fact in invented}
    assert len({fact.value for fact in invented}) == len(invented)


def test_every_form_comes_once_before_any_comes_again():
    tasks = load_format_tasks()
    forms = [task.pattern for task in tasks]
    half = len(forms) // 2
    assert len(set(forms[:half])) == half and forms[:half] == forms[half:]
    assert len({task.messages[-1]["content"] for task in tasks}) == len(tasks)


def test_a_form_is_kept_by_the_whole_reply():
    task = FormatTask([], r"\[\d+\]")
    assert task.kept(" [2]\n") and not task.kept("[2] says so") and not task.kept("")


@pytest.mark.parametrize("name", ["general", "formats"])
def test_a_file_that_lacks_a_field_is_told(tmp_path, name):
    files.write_atomically(tmp_path / "exams" / f"{name}.jsonl", json.dumps({"kind": "capital"}) + "\n")
    write_manifest(tmp_path)
    load = load_general_facts if name == "general" else load_format_tasks
    with pytest.raises(DataError, match="Line 1 of exams"):
        load(tmp_path)
