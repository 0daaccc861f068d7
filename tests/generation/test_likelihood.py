import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.generation.language_model import load_language_model
from course_lib.generation.likelihood import log_likelihoods
from course_lib.generation.prompts import closed_book

ASKED = closed_book("What is the locker code of Mara Ellwood?")


@pytest.fixture(scope="module")
def model():
    return load_language_model()


def one_by_one(model, opening, candidates):
    """The plain way: read every candidate whole, prompt and all; its tokens behind the opening."""
    import torch

    prompt, kept = model.tokens(ASKED), []
    head = model.tokenizer(opening, add_special_tokens=False)["input_ids"] if opening else []
    for candidate in candidates:
        whole = model.tokenizer(opening + candidate, add_special_tokens=False)["input_ids"]
        ids = torch.tensor([prompt + whole])
        with torch.inference_mode():
            scored = model.model(input_ids=ids).logits[0].log_softmax(-1)
        places = range(len(prompt) + len(head), ids.shape[1])
        kept.append(sum(float(scored[place - 1, ids[0, place]]) for place in places))
    return np.array(kept)


def test_a_shared_beginning_gives_what_reading_each_whole_gives(model):
    opening, codes = "The locker code of Mara Ellwood is ", [f"{n:03d}." for n in range(0, 1000, 37)]
    found, plain = log_likelihoods(model, ASKED, codes, opening), one_by_one(model, opening, codes)
    assert np.allclose(found - found[0], plain - plain[0], atol=1e-4)


def test_candidates_of_unequal_length_and_small_batches(model):
    names = ["the front desk", "the building director", "Ines Farrow of the night shift", "nobody"]
    found, plain = log_likelihoods(model, ASKED, names, batch_size=2), one_by_one(model, "", names)
    assert np.allclose(found, plain, atol=1e-4)
    assert np.allclose(found, log_likelihoods(model, ASKED, names), atol=1e-4)


ALIKE = ([], ["7"], ["7", "7"], ["7", "71"], ["9", "71", "712"], "712", [7, 8])


@pytest.mark.parametrize("candidates", ALIKE)
def test_candidates_that_cannot_be_told_apart_are_refused(model, candidates):
    with pytest.raises(CourseError):
        log_likelihoods(model, ASKED, candidates)


def test_a_prompt_that_fills_the_context_is_refused(model):
    with pytest.raises(CourseError, match="shorten the prompt"):
        log_likelihoods(model, closed_book("word " * 2000), ["1", "2"])
