import pytest

from course_lib.errors import CourseError
from course_lib.tuning.company_facts import company_facts, pairs
from course_lib.tuning.soft_targets import divergence, imitation, soft_targets
from course_lib.tuning.train import fresh_model, tune

SOME = pairs(company_facts("2025")[:4], 2)


@pytest.fixture(scope="module")
def teacher():
    return fresh_model()


@pytest.fixture(scope="module")
def targets(teacher):
    return soft_targets(teacher, SOME, batch_size=3)


def test_targets_have_a_row_a_token_of_the_reply_and_nearly_all_probability(teacher, targets):
    for example, each in zip(SOME, targets, strict=True):
        reply = teacher.tokenizer(example[-1]["content"], add_special_tokens=False)["input_ids"]
        assert each.tokens.shape == each.log_probs.shape == (len(reply) + 1, 32)  # and the end
        assert (each.log_probs.exp().sum(-1) <= 1 + 1e-5).all()


def test_they_are_what_reading_an_example_alone_gives(teacher, targets):
    import torch

    example = SOME[3]
    prompt = teacher.tokens(example[:-1])
    reply = teacher.tokenizer(example[-1]["content"], add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        logits = teacher.model(torch.tensor([prompt + reply])).logits[0, len(prompt) - 1 :]
    expected = logits.log_softmax(-1).gather(-1, targets[3].tokens)
    assert torch.allclose(expected, targets[3].log_probs, atol=1e-3)


def test_divergence_is_0_for_the_teacher_itself_and_at_most_that_of_the_whole_vocabulary():
    import torch

    torch.manual_seed(0)
    p, q = (torch.randn(7, 100).log_softmax(-1) for _ in range(2))
    log_p, tokens = p.topk(10)
    whole = (p.exp() * (p - q)).sum(-1)
    named = divergence(log_p, q.gather(-1, tokens))
    assert divergence(log_p, log_p).abs().max() < 1e-5
    assert (named <= whole + 1e-5).all() and (named > 0).all()
    everything = divergence(*(each[:, torch.arange(100)] for each in (p, q)))
    assert torch.allclose(everything, whole, atol=1e-4)


@pytest.mark.slow
def test_a_student_without_the_passage_comes_near_the_teacher(teacher, targets):
    run = tune(fresh_model(), SOME, objective=imitation(targets), learning_rate=1e-2, steps=6, batch_size=4)
    assert run.losses[0] < 0.5  # the student begins as the teacher that it is to imitate: nothing to learn
    other = pairs(company_facts("2025")[4:8], 2)
    mine = soft_targets(tune(fresh_model(), other, learning_rate=1e-2, steps=12).model, other)
    run = tune(fresh_model(), other, objective=imitation(mine), learning_rate=1e-2, steps=12, batch_size=8)
    assert run.losses[-1] < 0.3 * run.losses[0]


@pytest.mark.slow
def test_targets_of_other_replies_are_refused(targets):
    with pytest.raises(CourseError, match="has .* tokens, its targets"):
        tune(fresh_model(), SOME, objective=imitation(list(targets[::-1])), steps=2)
