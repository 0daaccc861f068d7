import pytest

from course_lib.errors import CourseError
from course_lib.generation.prompts import closed_book
from course_lib.tuning.students import spaced, student
from course_lib.tuning.train import fresh_model


@pytest.fixture(scope="module")
def teacher():
    return fresh_model()


def test_layers_are_evenly_spaced():
    assert spaced(6, 2) == [0, 5]
    assert spaced(30, 10) == [0, 3, 6, 10, 13, 16, 19, 23, 26, 29]
    assert spaced(6, 1) == [0]


def test_a_student_has_the_teachers_layers_and_answers(teacher):
    import torch

    small = student(teacher, 2)
    assert len(small.model.model.layers) == 2
    mine, theirs = small.model.model, teacher.model.model
    assert torch.equal(mine.layers[1].mlp.up_proj.weight, theirs.layers[5].mlp.up_proj.weight.float())
    assert torch.equal(small.model.lm_head.weight, mine.embed_tokens.weight)
    assert small.model.lm_head.weight is mine.embed_tokens.weight  # tied, as the teacher's
    assert small.model.num_parameters() < teacher.model.num_parameters()
    assert small.reply(closed_book("Where is it?"), max_new_tokens=4).completion_tokens > 0
    small.model.model.layers[0].mlp.up_proj.weight.data.zero_()
    assert theirs.layers[0].mlp.up_proj.weight.abs().sum() > 0  # the teacher's own are another's


def test_from_scratch_the_seed_draws_the_weights(teacher):
    import torch

    first, again, other = (
        student(teacher, 1, copied=False, seed=seed).model.lm_head.weight for seed in (0, 0, 1)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.parametrize("layers", [0, 6, 2.5])
def test_a_student_of_as_many_layers_is_none(teacher, layers):
    with pytest.raises(CourseError, match="layers"):
        student(teacher, layers)


def test_a_teacher_with_an_adapter_beside_it_is_refused(teacher):
    from peft import LoraConfig, get_peft_model

    from course_lib.generation.language_model import LocalModel

    adapted = get_peft_model(fresh_model().model, LoraConfig(r=2, target_modules=["q_proj"]))
    with pytest.raises(CourseError, match="merge"):
        student(LocalModel("adapted", adapted, teacher.tokenizer), 2)
