import pytest

from course_lib.corpus.exams import FormatTask
from course_lib.world.reading.conversation import FORMATS
from course_lib.world.reading.format_exam import NEVER_SEEN, format_tasks, pattern

FILLED = {"answer": "It weighs 12 g.", "ANSWER": "IT WEIGHS 12 G.", "value": "12 g", "n": 2, "id": "AB-123"}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.instruction)
def test_a_form_of_the_lessons_is_kept_by_its_own_reply_and_by_no_plain_sentence(form):
    kept = FormatTask([], pattern(form)).kept
    assert kept(form.found.format(**FILLED)) and kept(f" {form.missing.format()}\n")
    assert not kept("The Harbour Kettle weighs 12 g, they say [2].")
    assert not kept("")


@pytest.mark.parametrize(
    ("number", "good", "bad"),
    [
        (0, "it weighs 12 g [1].", "It weighs 12 g."),
        (1, "Indeed, it weighs 12 g.", "It weighs 12 g, indeed."),
        (2, "It weighs 12 g!!!", "It weighs 12 g!"),
        (3, "12", "12 g"),
        (4, "---\nIt weighs 12 g.\n---", "--- It weighs 12 g."),
        (5, "It\nweighs\n12\ng.", "It weighs 12 g."),
        (6, "* It weighs 12 g.", "- It weighs 12 g."),
        (7, '{"result": "12 g"}', '{"result": "12 g", "id": 1}'),
        (8, '"It weighs 12 g."', "It weighs 12 g."),
        (9, "Yes, boss: 12 g", "12 g, boss"),
    ],
)
def test_a_form_that_no_lesson_asked_for(number, good, bad):
    kept = FormatTask([], NEVER_SEEN[number][1]).kept
    assert kept(good) and not kept(bad)


def test_no_lesson_asks_for_the_forms_that_are_never_seen():
    assert not {f.instruction for f in FORMATS} & {instruction for instruction, _ in NEVER_SEEN}


@pytest.mark.parametrize("seen", [True, False])
def test_tasks_take_all_forms_in_turn_and_are_the_same_each_time(seen):
    tasks = format_tasks(12, seen)
    assert [t.messages for t in tasks] == [t.messages for t in format_tasks(12, seen)]
    forms = [f.instruction for f in FORMATS] if seen else [instruction for instruction, _ in NEVER_SEEN]
    assert all(f in t.messages[0]["content"] for f, t in zip(forms, tasks, strict=False))
