from hashlib import sha256

import pandas as pd
import pytest

from course_lib import experiments
from course_lib.claims import Verdict, weigh
from course_lib.corpus.documents import load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import wilson_interval
from course_lib.experiments import CLOSED_BOOK, HYBRID, OLD_INDEX, RAG, TUNED_FACTS, Arm
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply

QUESTIONS = experiments.held_out(60)
BEFORE = experiments.values_before()


def arm(name, say):
    """An arm that says `say(question)`; the real scoring does the rest."""

    def answers(texts):
        by_text = {q.text: q for q in QUESTIONS}
        replies = [Reply(say(by_text[text]), 5, 3, {"prefill": 0.01, "decode": 0.02}) for text in texts]
        return [Answer(reply.text, (), (), reply, reply.seconds) for reply in replies]

    return Arm(name, answers)


KNOWS = arm(RAG, lambda q: f"It is {q.value}." if q.value else "The documents do not say.")
SILENT = arm(CLOSED_BOOK, lambda q: "The documents do not say.")
STALE = arm(TUNED_FACTS, lambda q: f"It is {BEFORE.get(q.fact, 'unknown')}.")


def test_the_table_has_a_row_an_arm_and_question_and_scores_them():
    table = experiments.compare([KNOWS, SILENT], QUESTIONS, BEFORE)
    assert len(table) == 2 * len(QUESTIONS)
    assert experiments.interval(table, RAG, experiments.VALUE).mean == 1
    assert experiments.interval(table, CLOSED_BOOK, experiments.VALUE).mean == 0
    assert experiments.interval(table, CLOSED_BOOK, experiments.SAYS_SO).mean == 1
    assert experiments.costs(table).loc[RAG, "total"] == pytest.approx(30)


def test_differences_are_paired_by_question():
    table = experiments.compare([KNOWS, SILENT], QUESTIONS)
    effect = experiments.difference(table, RAG, CLOSED_BOOK, experiments.VALUE)
    assert (effect.mean, effect.low, effect.high) == (1, 1, 1)


def test_what_was_true_last_year_is_stale():
    table = experiments.compare([KNOWS, STALE], QUESTIONS, BEFORE)
    assert table["changed"].any()
    assert experiments.interval(table, TUNED_FACTS, experiments.STALE).mean > 0.9
    assert experiments.interval(table, RAG, experiments.STALE).mean == 0


def test_verdicts_follow_the_table():
    arms = [
        KNOWS,
        arm(HYBRID, lambda q: f"It is {q.value}."),
        arm(OLD_INDEX, lambda q: "No idea."),
        STALE,
        SILENT,
    ]
    found = {finding.claim: finding for finding in weigh(experiments.compare(arms, QUESTIONS, BEFORE))}
    assert set(found) == {"C01", "C02", "C05", "C31", "C33"}
    assert found["C05"].verdict is Verdict.CONFIRMED
    assert found["C01"].verdict is not Verdict.CONFIRMED  # nobody kept the house style


def test_bad_arms_are_refused():
    with pytest.raises(CourseError, match="lazy"):
        experiments.compare([Arm("lazy", lambda texts: [])], QUESTIONS)
    with pytest.raises(CourseError, match=RAG):
        experiments.compare([KNOWS, KNOWS], QUESTIONS)


def test_held_out_questions_are_test_questions_of_2026_and_stay_the_same():
    assert experiments.held_out(60) == QUESTIONS
    assert {q.id for q in QUESTIONS} <= {q.id for q in load_questions("test", "2026")}
    assert sum(q.value is None for q in QUESTIONS) == 10
    with pytest.raises(CourseError):
        experiments.held_out(100_000)


def test_held_out_questions_ask_each_fact_once():
    assert len({q.fact for q in experiments.held_out(240)}) == 240


def test_a_plain_share_has_an_interval_with_width_even_at_none():
    table = experiments.compare([KNOWS, SILENT], QUESTIONS)
    nothing = experiments.interval(table, CLOSED_BOOK, experiments.VALUE)
    assert nothing == wilson_interval(0, 50) and nothing.high > 0.05
    worse = table.assign(correct=table["correct"] & (table.index % 3 > 0))
    seeds = pd.concat([table.assign(seed=0), worse.assign(seed=1)])
    assert 0 < experiments.interval(seeds, RAG, experiments.VALUE).low < 1


def test_facts_are_drawn_unless_the_learner_names_another_column():
    table = experiments.compare([KNOWS, SILENT], QUESTIONS)
    one = table.assign(fact="one", document=table["question"])
    assert experiments.interval(one, RAG, experiments.STYLE) == wilson_interval(0, 1)
    assert experiments.interval(one, RAG, experiments.STYLE, "document") == wilson_interval(0, 60)
    assert experiments.summary(one, cluster="document")["n"].max() == 60
    effect = experiments.difference(one, RAG, CLOSED_BOOK, experiments.VALUE, "document")
    assert (effect.mean, effect.low, effect.high) == (1, 1, 1)


def test_a_row_keeps_all_that_is_known_of_an_answer():
    row = experiments.compare([KNOWS], QUESTIONS[:1], BEFORE).iloc[0]
    first = QUESTIONS[0]
    asked = (first.id, first.text, first.value, first.fact, first.kind, first.phrasing, first.origin)
    names = ["question", "text", "value", "fact", "kind", "phrasing", "origin"]
    assert tuple(row[names]) == asked
    assert row["passages"] == () and not row["reads"] and not row["evidence"]
    assert row["reply"] == f"It is {first.value}." and row["prompt_tokens"] == 5


def test_trainings_that_disagree_make_a_wider_interval_than_one_that_is_their_mean():
    tables = []
    for seed, share in enumerate((0.0, 0.5, 1.0)):
        said = arm(HYBRID, lambda q, share=share: f"It is {q.value}." if hash_of(q) < share else "No idea.")
        tables.append(experiments.compare([said], QUESTIONS).assign(seed=seed))
    table = pd.concat([experiments.compare([KNOWS], QUESTIONS), *tables], ignore_index=True)
    several = experiments.interval(table, HYBRID, experiments.VALUE)
    one = experiments.interval(tables[1], HYBRID, experiments.VALUE)
    assert several.low < 0.1 and several.high > 0.9 and one.low > 0.25 and one.high < 0.75
    behind = experiments.difference(table, RAG, HYBRID, experiments.VALUE)
    assert behind.low < 0.1 and behind.high > 0.9
    row = experiments.summary(table).set_index(["arm", "measure"]).loc[(HYBRID, "right value")]
    assert (row["low"], row["high"], row["n"]) == (several.low, several.high, 50)


def hash_of(question):
    """A number from 0 to 1 that stays with a question."""
    return int(sha256(question.id.encode()).hexdigest()[:8], 16) / 2**32
