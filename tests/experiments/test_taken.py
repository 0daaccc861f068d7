"""What calls, an index and a training take: counted in the model's tokens, a stored run before a live one."""

import pandas as pd
import pytest

from course_lib import runtime
from course_lib.experiments import CLOSED_BOOK, RAG, TUNED_FACTS, taken
from course_lib.experiments.setting import passages
from course_lib.generation.language_model import load_language_model
from course_lib.tuning import recipes
from course_lib.tuning.examples import closed_book_examples

COSTS = pd.DataFrame(
    {"prompt_tokens": [30.0, 500.0], "completion_tokens": [13.0, 14.0], "total": [9.0, 70.0]},
    index=[CLOSED_BOOK, RAG],
)


@pytest.fixture(scope="module")
def wren():
    return load_language_model(runtime.LANGUAGE_MODELS["tiny"])


@pytest.fixture(scope="module")
def live(wren):
    return taken.taken(wren, COSTS)


def test_without_a_stored_run_a_tuned_reply_is_as_long_as_its_examples(live, wren):
    replies = [each[-1]["content"] for each in closed_book_examples("2026", recipes.PARAPHRASES)]
    lengths = [len(each) + 1 for each in wren.tokenizer(replies, add_special_tokens=False)["input_ids"]]
    assert live.tuned.completion_tokens == pytest.approx(sum(lengths) / len(lengths))  # and the end
    assert (live.tuned.prompt_tokens, live.tuned.tuned, live.tuned.embedded) == (30, True, 0)
    assert (live.rag.prompt_tokens, live.rag.seconds, live.rag.embedded) == (500, 0.07, 30)


def test_the_index_and_the_training_are_counted(live, wren):
    chunks = [chunk.passage for chunk in passages("2026")]
    bare = sum(map(len, wren.tokenizer(chunks, add_special_tokens=False)["input_ids"]))
    assert live.embedded == bare  # a passage is embedded as it is, without the marks of a turn
    examples = closed_book_examples("2026", recipes.PARAPHRASES)
    prompts = sum(len(wren.tokens(each[:-1])) for each in examples)
    whole = prompts + live.tuned.completion_tokens * len(examples)
    assert live.trained == pytest.approx(whole * recipes.KNOWLEDGE["epochs"])


def test_a_stored_run_comes_first(live, wren):
    row = {"prompt_tokens": 31.0, "completion_tokens": 46.0, "total": 19.0}
    stored = {"costs": {CLOSED_BOOK: row, RAG: row | {"prompt_tokens": 488.0}, TUNED_FACTS: row}}
    found = taken.taken(wren, COSTS, stored)
    assert found.tuned.completion_tokens == 46 and found.rag.prompt_tokens == 488
    assert (found.embedded, found.trained) == (live.embedded, live.trained)
