"""Injected faults are what they say, and each moves its own score; the judge's errors are counted."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib import claims
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import CourseError, PromptTooLong
from course_lib.evaluation.faults import (
    DISTRACTORS,
    FAULTS,
    add_distractors,
    answer_again,
    answer_another,
    confusion,
    drop_gold,
    falls,
    fault_table,
    judge_errors,
    reverse_ranking,
    swap_value,
)
from course_lib.evaluation.grounding import SCORES, Case, context_precision, faithfulness, supports
from course_lib.experiments.grounding_rules import c26
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import with_passages
from course_lib.generation.values import states


class LetterEmbedder:
    """A real, if poor, embedder: how often each letter stands in a text."""

    fingerprint = "letters"
    dimension = 26

    def embed(self, texts):
        counts = np.array([[t.lower().count(chr(97 + i)) for i in range(26)] for t in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def pool():
    return split(load_documents("2026"))


@pytest.fixture(scope="module")
def cases(pool):
    """40 good cases: a gold passage first, three others, and a reply that states the value and cites it."""
    made = []
    for question in load_questions("dev", "2026"):
        gold = [c for c in pool if c.document_id in question.gold and supports(c, question.value)]
        if len(question.gold) != 1 or not gold or any(case.question.fact == question.fact for case in made):
            continue
        others = [c for c in pool if c.document_id not in question.gold and not supports(c, question.value)]
        at = 7 * len(made) % (len(others) - 3)
        reply = f"The {question.fact.partition(' / ')[0]} has {question.value} [1]."
        made.append(Case(question, (gold[0], *others[at : at + 3]), reply))
    return made[:40]


def test_dropped_gold_is_gone_and_its_place_is_filled(cases, pool):
    for before, after in zip(cases, drop_gold(cases, pool, 0), strict=True):
        assert not {c.document_id for c in after.contexts} & set(before.question.gold)
        assert len(after.contexts) == len(before.contexts) and after.contexts[1:] == before.contexts[1:]
        assert after.reply == before.reply


def test_a_reversed_ranking_has_the_same_passages_and_the_good_one_last(cases, pool):
    for before, after in zip(cases, reverse_ranking(cases, pool, 0), strict=True):
        assert set(after.contexts) == set(before.contexts) and after.contexts[-1] == before.contexts[0]
        assert context_precision(after) == 1 / 4


def test_distractors_come_from_elsewhere_and_leave_the_order_as_it_was(cases, pool):
    for before, after in zip(cases, add_distractors(cases, pool, 0), strict=True):
        assert len(after.contexts) == len(before.contexts) + DISTRACTORS == len(set(after.contexts))
        assert [c for c in after.contexts if c in before.contexts] == list(before.contexts)
        added = set(after.contexts) - set(before.contexts)
        assert not {c.document_id for c in added} & set(before.question.gold)


def test_a_swapped_value_is_another_one_in_the_same_words(cases, pool):
    for before, after in zip(cases, swap_value(cases, pool, 0), strict=True):
        assert not states(after.reply, before.question.value) and after.reply != before.reply
        assert after.reply.endswith("[1].") and after.contexts == before.contexts


def test_another_answer_is_to_a_question_on_another_fact(cases, pool):
    replies = {case.reply: case.question.fact for case in cases}
    for before, after in zip(cases, answer_another(cases, pool, 0), strict=True):
        assert replies[after.reply] != before.question.fact
    with pytest.raises(CourseError, match="two cases"):
        answer_another(cases[:1], pool, 0)


def test_a_seed_makes_the_same_faults_and_another_seed_others(cases, pool):
    for inject, own in FAULTS.values():
        assert own in SCORES
        assert inject(cases, pool, 3) == inject(cases, pool, 3)
        assert inject is reverse_ranking or inject(cases, pool, 3) != inject(cases, pool, 4)
    assert reverse_ranking(cases, pool, 3) != reverse_ranking(cases, pool, 4)


def test_each_fault_moves_its_own_score_and_the_table_says_which_others(cases, pool):
    table = fault_table(cases, pool, LetterEmbedder())
    assert len(table) == len(FAULTS) * len(SCORES) * len(cases)
    found = falls(table).set_index(["fault", "score"])
    for fault, (_, own) in FAULTS.items():
        assert bool(found.loc[(fault, own), "own"]) and found.loc[(fault, own), "low"] > 0, fault
    assert found.loc[("gold passage dropped", "faithfulness"), "low"] > 0.5  # nothing states the value now
    assert found.loc[("value swapped", "context_recall"), "mean"] == 0
    assert found.loc[("ranking reversed", "faithfulness"), "mean"] == 0


def test_the_parts_of_c26_make_a_verdict(cases, pool):
    parts = c26(fault_table(cases, pool, LetterEmbedder()))
    assert len(parts) == 2 * len(FAULTS)
    (dropped,) = [part for what, part in parts.items() if what.startswith("gold") and "keeps still" in what]
    interval, above = dropped  # how far the one of the other three fell that fell furthest
    assert interval.high < above < 0 and interval.low <= interval.mean <= interval.high
    finding = claims.judge("C26", parts)
    assert finding.verdict == claims.Verdict.REFUTED
    still = [part for part in finding.parts if part.what.startswith("ranking reversed")]
    assert [part.verdict for part in still] == [claims.Verdict.CONFIRMED] * 2


def test_a_model_answers_anew_from_the_contexts_as_they_are(cases, pool, llama):
    model = load_language_model(llama)
    short = [replace(c, contexts=(replace(c.contexts[0], text=c.contexts[0].text[:40]),)) for c in cases[:2]]
    again = answer_again(short, model)
    assert [case.contexts for case in again] == [case.contexts for case in short]
    for case in again:
        messages = with_passages(case.question.text, case.contexts)
        assert case.reply == model.reply(messages).text
    assert [case.reply for case in again] != [case.reply for case in short]
    with pytest.raises(PromptTooLong):
        answer_again(cases[:1], model)  # four whole passages, for the miniature's 256 tokens


def test_the_judge_is_held_against_labels(cases, pool):
    table = judge_errors(cases, pool)
    assert set(table["pair"]) == {
        "gold", "elsewhere", "retrieved, not gold", "swapped", "drawn from the reply"
    }  # fmt: skip
    found = confusion(table).set_index("pair")
    assert found["n"].tolist() == [40] * 5 and found.loc["gold", "mean"] == 1
    assert found.loc["retrieved, not gold", "mean"] == 1  # so the cases were made
    # A verdict that is wrong is counted: no passage of gold states "7 g", whatever the label says.
    odd = [replace(case, question=replace(case.question, value="7 furlongs")) for case in cases]
    assert confusion(judge_errors(odd, pool)).set_index("pair").loc["gold", "mean"] == 0
    assert faithfulness(cases[0]) == 1
