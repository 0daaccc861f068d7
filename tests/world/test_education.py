from random import Random

import numpy as np
import pytest

from course_lib.generation.prompts import NOT_FOUND
from course_lib.world import education, examination, reading
from course_lib.world.general import general_facts
from course_lib.world.primer import primer_batch
from course_lib.world.worlds import DOMAINS, phrases


def test_an_education_is_the_same_from_the_same_seed():
    def drawn(seed):
        rng = Random(seed)
        return [education.draw(rng, i / 50) for i in range(50)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


@pytest.mark.parametrize("seed", range(30))
def test_a_context_states_what_may_be_asked_and_not_what_is_missing(seed):
    context = reading.draw_context(Random(seed), 4, 4, conflict=seed % 3 == 0)
    for ask in context.asks:
        passage = context.passages[ask.number - 1]
        assert ask.fact.value.lower() in passage.text.lower()
        assert ask.edition is None or passage.edition == ask.edition
    stated = {(a.fact.subject, a.fact.relation.label) for a in context.asks}
    assert not stated & {(f.subject, f.relation.label) for f in context.missing}


@pytest.mark.parametrize("kind", examination.KINDS)
def test_exam_tasks_are_answerable_exactly_when_they_should_be(kind):
    for task in examination.reading_tasks(kind, 20):
        passages = task.messages[1]["content"]
        assert (task.reply == NOT_FOUND) == (kind == "missing")
        assert task.value is None or task.value.lower() in passages.lower()


def test_exam_wordings_are_in_no_education():
    for domain in DOMAINS:
        for relation in phrases(domain, wide=True).relations:
            taught = {t.lower() for t in (*relation.questions, *relation.casual)}
            assert not taught & {t.lower() for t in (*relation.test, *relation.test_casual)}


def test_general_knowledge_has_an_answer_with_its_value():
    facts = general_facts()
    assert len(facts) > 150
    assert all(fact.value in fact.answer for fact in facts)
    assert not {q for f in facts for q in f.questions} & {q for f in facts for q in f.test}


def test_misspelling_keeps_numbers_and_names():
    rng = Random(0)
    text = "How many grams does the Harbour Kettle weigh in 2026?"
    wrong = [education.misspell(text, rng) for _ in range(50)]
    assert all("2026" in w and "Harbour Kettle" in w for w in wrong)
    assert len(set(wrong)) > 10


def test_the_primer_says_again_what_it_was_told():
    rng = np.random.default_rng(0)
    for _ in range(20):
        ids, answer = primer_batch(rng, 2048, 500)
        assert ids.shape == answer.shape
        for row, says in zip(ids[:3], answer[:3], strict=True):
            told = row[~says].tolist()
            assert set(row[says].tolist()) <= set(told) | {4}
