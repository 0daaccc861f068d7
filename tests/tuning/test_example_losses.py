import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.tuning.batches import encode, padded
from course_lib.tuning.company_facts import company_facts, pairs
from course_lib.tuning.example_losses import example_losses
from course_lib.tuning.loop import reply_loss
from course_lib.tuning.train import fresh_model

SOME = pairs(company_facts("2025")[:5], 1)


@pytest.fixture(scope="module")
def model():
    return fresh_model()


def test_each_example_has_the_loss_that_it_has_alone(model):
    import torch

    found = example_losses(model, SOME, batch_size=3)
    with torch.inference_mode():
        alone = [
            float(reply_loss(model.model, *padded(encode([each], model.tokenizer, 512), 0, "cpu")))
            for each in SOME
        ]
    assert np.allclose(found, alone, atol=1e-4)


def test_a_reply_that_does_not_belong_to_the_question_is_less_likely(model):
    swapped = [[*one[:-1], other[-1]] for one, other in zip(SOME, SOME[1:] + SOME[:1], strict=True)]
    assert example_losses(model, swapped).mean() > example_losses(model, SOME).mean()


def test_no_examples_are_refused(model):
    with pytest.raises(CourseError, match="examples to train on"):
        example_losses(model, [])
