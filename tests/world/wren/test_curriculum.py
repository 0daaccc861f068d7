from random import Random

import numpy as np
import pytest

from course_lib.generation.prompts import NOT_FOUND
from course_lib.runtime import DATA
from course_lib.world.phrasing import misspell
from course_lib.world.reading.contexts import draw_context
from course_lib.world.reading.exam import KINDS, reading_tasks
from course_lib.world.reading.general_knowledge import general_facts
from course_lib.world.worlds import DOMAINS, phrases
from course_lib.world.wren.curriculum import draw
from course_lib.world.wren.primer import primer_batch
from course_lib.world.wren.rows import NOWHERE, Rows, batches, encode


def test_an_education_is_the_same_from_the_same_seed():
    def drawn(seed):
        rng = Random(seed)
        return [draw(rng, i / 50) for i in range(50)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


@pytest.mark.parametrize("seed", range(30))
def test_a_context_states_what_may_be_asked_and_not_what_is_missing(seed):
    context = draw_context(Random(seed), 4, 4, conflict=seed % 3 == 0)
    for ask in context.asks:
        passage = context.passages[ask.number - 1]
        assert ask.fact.value.lower() in passage.text.lower()
        assert ask.edition is None or passage.edition == ask.edition
    stated = {(a.fact.subject, a.fact.relation.label) for a in context.asks}
    assert not stated & {(f.subject, f.relation.label) for f in context.missing}


@pytest.mark.parametrize("kind", KINDS)
def test_exam_tasks_are_answerable_exactly_when_they_should_be(kind):
    for task in reading_tasks(kind, 20):
        passages = task.messages[1]["content"]
        assert (task.reply == NOT_FOUND) == (kind == "missing")
        assert task.value is None or task.value.lower() in passages.lower()


@pytest.mark.slow
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
    wrong = [misspell(text, rng) for _ in range(50)]
    assert all("2026" in w and "Harbour Kettle" in w for w in wrong)
    assert len(set(wrong)) > 10


def test_the_primer_says_again_what_it_was_told():
    rng = np.random.default_rng(0)
    for _ in range(20):
        batch = primer_batch(rng, 2048, 500)
        assert batch.ids.shape == batch.answer.shape
        for row, says in zip(batch.ids[:3], batch.answer[:3], strict=True):
            told = row[~says].tolist()
            assert set(row[says].tolist()) <= set(told) | {4}
        told_where = np.argwhere(batch.copied != NOWHERE)
        assert len(told_where)
        for row, token in told_where[:50]:
            assert batch.ids[row, token + 1] == batch.ids[row, batch.copied[row, token]]


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(DATA / "models" / "wren" / "tokenizer.json"))


def test_an_answer_points_to_where_its_value_stands(tokenizer):
    rng = Random(1)
    examples = [draw(rng, 0.7) for _ in range(150)]
    pointed = 0
    for example, row in zip(examples, encode(tokenizer, examples), strict=True):
        ids, evidence, copied = row.ids[0], row.evidence[0], row.copied[0]
        assert (evidence < np.arange(len(ids))).all()  # nothing looks ahead
        assert row.answer[0][np.flatnonzero(evidence != NOWHERE) + 1].all()
        said, source = np.flatnonzero(copied != NOWHERE) + 1, copied[copied != NOWHERE]
        for one, other in zip(said, source, strict=True):
            a, b = (tokenizer.decode([ids[i]]).strip().lower() for i in (one, other))
            assert a == b
        pointed += len(said)
        answered = [m["value"] for m in example if m.get("value")]
        assert bool(len(said)) <= bool(answered)
    assert pointed > 1000


def test_an_answer_that_is_not_there_points_to_the_beginning(tokenizer):
    messages = [
        {"role": "system", "content": "Answer."},
        {
            "role": "user",
            "content": "[1] AB-123 · 2026 · Kettle > Size\nIt weighs 412 g.\n\nQuestion: Colour?",
        },
        {"role": "assistant", "content": NOT_FOUND, "value": None},
    ]
    (row,) = encode(tokenizer, [messages])
    says = row.answer[0]
    assert (row.evidence[0][:-1][says[1:]] == 0).all()
    assert (row.copied == NOWHERE).all()


def test_a_value_that_stands_twice_in_its_passage_is_not_pointed_to(tokenizer):
    passages = "[1] AB-123 · 2026 · Kettle\n12 g and 12 g.\n\n[2] AB-124 · 2026 · Pot\n12 g."

    def pointed(number):
        messages = [
            {"role": "user", "content": f"{passages}\n\nQuestion: How heavy?"},
            {
                "role": "assistant",
                "content": f"It weighs 12 g [{number}].",
                "value": "12 g",
                "number": number,
            },
        ]
        (row,) = encode(tokenizer, [messages])
        return (row.evidence != NOWHERE).any()

    assert not pointed(1)
    assert pointed(2)


def test_rows_are_padded_to_the_longest_of_their_batch():
    rows = [Rows(*(np.full((1, n), v) for v in (7, True, 1, 1, 1, 1, 1))) for n in (3, 9, 4, 30)]
    made = batches(rows, tokens=20, longest=10)
    assert [b.ids.shape for b in made] == [(2, 4), (1, 9)]
    assert made[0].evidence.tolist() == [[1, 1, 1, NOWHERE], [1, 1, 1, 1]]
    assert made[0].ids[0, -1] == 0 and not made[0].answer[0, -1]
