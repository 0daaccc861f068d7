"""A comparison that is stopped goes on: its work folder keeps adapters and answers, of this run alone."""

from dataclasses import replace

import pandas as pd
import pytest

from course_lib import experiments, runtime
from course_lib.errors import CourseError, DataError
from course_lib.experiments import Arm, arms, prompt_format
from course_lib.experiments.setting import Setting
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.tuning import recipes
from course_lib.tuning.train import RECORD

QUESTIONS = experiments.held_out(6)


@pytest.fixture
def said():
    return []


@pytest.fixture
def setting(tmp_path, said):
    tiny = runtime.LANGUAGE_MODELS["tiny"]
    return Setting(tiny, None, QUESTIONS, tmp_path / "work", changes={"steps": 1}, say=said.append)


def arm(name, asked):
    """An arm that notes what it is asked, and answers with line ends that a table must keep."""

    def answers(texts):
        asked.extend(texts)
        replies = [Reply(f"It is\r\n{text}", 5, 3, {"prefill": 0.01, "decode": 0.02}) for text in texts]
        return [Answer(reply.text, (), (), reply, reply.seconds) for reply in replies]

    return Arm(name, answers)


def test_an_arm_is_asked_once_for_each_seed_and_set_of_questions(setting, said):
    asked = []
    first = setting.asked(arm("one", asked), arm("two", asked))
    assert len(asked) == 2 * len(QUESTIONS)
    again = replace(setting).asked(arm("one", asked), arm("two", asked))
    assert len(asked) == 2 * len(QUESTIONS) and said == ["asking one, seed 0", "asking two, seed 0"]
    pd.testing.assert_frame_equal(first, again)
    setting.asked(arm("one", asked), seed=1)
    setting.asked(arm("one", asked), of=QUESTIONS[:2])
    assert len(asked) == 3 * len(QUESTIONS) + 2


def test_kept_answers_are_those_of_compare(setting):
    kept = setting.asked(arm("one", []))
    new = experiments.compare([arm("one", [])], QUESTIONS, setting.before)
    assert list(kept["reply"]) == list(new["reply"]) and list(kept["correct"]) == list(new["correct"])
    assert set(kept) == {*new, "model", "seed"}


def test_an_arm_whose_last_file_is_missing_is_asked_again(setting):
    asked = []
    setting.asked(arm("one", asked))
    (last,) = (setting.work / "answers").glob("*.json")
    last.unlink()
    setting.asked(arm("one", asked))
    assert len(asked) == 2 * len(QUESTIONS)


@pytest.mark.parametrize(
    "other", [{"quantize": "nf4"}, {"questions": QUESTIONS[:3]}, {"changes": {"steps": 2}}], ids=str
)
def test_a_folder_of_another_run_is_refused(setting, other):
    setting.asked(arm("one", []))
    with pytest.raises(CourseError, match="another model, or with other settings") as caught:
        replace(setting, **other).asked(arm("one", []))
    assert "--work" in caught.value.next_step


@pytest.mark.slow
def test_an_adapter_is_trained_once(setting, said):
    first = setting.adapter("style-0", recipes.train_style, examples=4)
    second = replace(setting).adapter("style-0", recipes.train_style, examples=4)
    assert first == second and first.steps == 1 and said == ["training style-0"]
    assert isinstance(second.losses, tuple) and second.adapter == setting.work / "style-0"
    (second.adapter / RECORD).write_text('{"steps": 1}', encoding="utf-8")
    with pytest.raises(DataError, match="not whole"):
        setting.adapter("style-0", recipes.train_style, examples=4)


@pytest.mark.slow
def test_the_arms_that_two_experiments_share_are_trained_and_asked_once(setting, said):
    once = replace(setting, seeds=1)
    formed = once.served(once.adapter("style-0", recipes.train_style).adapter)
    asked = once.asked(arms.rag_arm(arms.HYBRID, once.index, formed))
    said.clear()
    table = prompt_format.measure(once).table
    with_both = prompt_format.arm_name(prompt_format.WITH, prompt_format.WITH)
    assert list(table.loc[table["arm"] == with_both, "reply"]) == list(asked["reply"])
    assert "training style-0" not in said and f"asking {arms.HYBRID}, seed 0" not in said
    assert table["arm"].nunique() == 6 and "training style-without-0" in said
    given = table[table["arm"].str.endswith(arms.GOLD)]
    assert given["evidence"].all() and given["arm"].nunique() == 2
    assert set(given["question"]) == {question.id for question in once.known}
