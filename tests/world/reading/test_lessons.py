"""What SmolLM2 is taught with: every answer stands where the reply says, and nothing is about the company."""

import re
from random import Random

import pytest

from course_lib.generation.prompts import NOT_FOUND
from course_lib.world.company_names import company_names
from course_lib.world.reading.contexts import draw_context
from course_lib.world.reading.lessons import (
    QUESTIONS,
    UNANSWERED,
    draw_row,
    reading_row,
    rehearsal_prompts,
    rows_apart,
    with_replies,
)
from course_lib.world.reading.school_reader import draw_reader, sections, split_pages

ROWS = [reading_row(Random(f"test {number}")) for number in range(60)]


def user(conversation):
    return conversation[1]["content"]


def test_the_conversations_of_a_row_share_all_but_their_question():
    for row in ROWS:
        assert 1 <= len(row) <= max(QUESTIONS.values())
        assert len({c[0]["content"] for c in row}) == 1
        assert len({user(c).rpartition("\n\nQuestion: ")[0] for c in row}) == 1
        assert [m["role"] for m in row[0]] == ["system", "user", "assistant"]
        assert all(set(message) == {"role", "content"} for c in row for message in c), "nothing else is said"


def test_about_as_many_questions_as_meant_have_no_answer():
    plain = [c[2]["content"] for row in ROWS for c in row]
    share = sum(reply == NOT_FOUND for reply in plain) / len(plain)
    assert max(UNANSWERED) / 4 < share < 1.2 * max(UNANSWERED)


def test_one_passage_is_never_asked_for_what_it_does_not_say():
    """Else one passage alone would be a sign that there is no answer."""
    drawn = [reading_row(Random(f"one {number}")) for number in range(120)]
    rows = [row for row in drawn if "\n[2] " not in user(row[0])]
    replies = [c[2]["content"] for row in rows for c in row]
    assert len(rows) > 15 and not any(reply == NOT_FOUND for reply in replies)


def test_a_cited_passage_exists():
    for row in ROWS:
        for conversation in row:
            for number in re.findall(r"\[(\d)\]\.", conversation[2]["content"]):
                assert f"[{number}] " in user(conversation)


@pytest.mark.parametrize("seed", range(40))
def test_a_row_of_a_table_alone_still_states_what_is_asked_of_it(seed):
    rng = Random(f"rows {seed}")
    context = rows_apart(draw_context(rng, rng.randint(1, 4), 4, form="comparison", wide=True), rng)
    for ask in context.asks:
        assert ask.fact.value.lower() in context.passages[ask.number - 1].text.lower()
    asked = {(a.fact.subject, a.fact.relation.label) for a in context.asks}
    lost = {(f.subject, f.relation.label) for f in context.missing}
    assert not asked & lost, "what is stated is not missing"


def test_the_pages_that_measure_the_loss_are_in_no_lesson():
    learned, held_out = split_pages()
    assert {p[0].title for p in learned}.isdisjoint(p[0].title for p in held_out)
    assert len(learned) + len(held_out) == len(sections()) and len(held_out) > 10
    titles = {p.title for n in range(30) for p in draw_reader(Random(n), 2, True, 0.0).passages}
    assert titles <= {s.title for page in held_out for s in page}


def test_no_name_of_the_company_is_in_a_lesson():
    text = "\n".join(message["content"] for row in ROWS for c in row for message in c)
    assert not [name for name in company_names() if re.search(rf"\b{re.escape(name)}\b", text)]


def test_rehearsal_repeats_what_the_model_said():
    prompts = rehearsal_prompts(Random(1))
    replies = {p[-1]["content"]: f"reply {i}" for i, p in enumerate(prompts)}
    row = with_replies(prompts, replies)
    assert [c[-1]["content"] for c in row] == [replies[c[-2]["content"]] for c in row]
    drawn = [draw_row(Random(n), [row]) for n in range(60)]
    assert 0 < sum(each == row for each in drawn) < 20


def test_the_same_seed_draws_the_same_row():
    assert draw_row(Random("0 7"), []) == draw_row(Random("0 7"), [])


def test_the_recipe_says_how_much_no_passage_answers():
    def silent(shares):
        rows = [draw_row(Random(f"share {n}"), [], shares) for n in range(60)]
        replies = [each[-1]["content"] for row in rows for each in row]
        return sum(NOT_FOUND in reply for reply in replies) / len(replies)

    assert silent((0.0, 0.0, 0.0)) < 0.02 and silent((0.5, 0.5, 0.5)) > 0.3
