"""What a model kept, and how far it is from another: held against the definitions, on wren."""

import pytest

from course_lib import runtime
from course_lib.corpus.exams import load_format_tasks, load_general_facts
from course_lib.errors import CourseError
from course_lib.evaluation import retention
from course_lib.generation.language_model import load_language_model


@pytest.fixture(scope="module")
def wren():
    return load_language_model(runtime.LANGUAGE_MODELS["tiny"])


@pytest.fixture
def shifted(wren):
    """wren with another head: the same tokens, other probabilities."""
    import copy

    from course_lib.generation.language_model import LocalModel

    model = copy.deepcopy(wren.model)
    model.lm_head.weight = type(model.lm_head.weight)(model.lm_head.weight.detach() * 0.5)
    return LocalModel(wren.name, model, wren.tokenizer)


def test_kl_divergence_is_its_definition_and_zero_for_equals():
    import torch

    torch.manual_seed(8)
    one, other = torch.randn(2, 3, 5, 7)
    p, q = one.softmax(-1), other.softmax(-1)
    expected = (p * (p / q).log()).sum(-1)
    assert torch.allclose(retention.kl_divergence(one, other), expected, atol=1e-5)
    assert retention.kl_divergence(one, one).abs().max() < 1e-6


@pytest.mark.slow
def test_a_model_is_at_no_distance_from_itself_and_at_some_from_another(wren, shifted):
    prompts = [task.messages for task in load_format_tasks()[:3]]
    assert retention.kl_to_base(wren, wren, prompts, 12) == pytest.approx([0, 0, 0], abs=1e-5)
    assert all(value > 0.01 for value in retention.kl_to_base(wren, shifted, prompts, 12))


@pytest.mark.slow
def test_losses_are_those_of_a_plain_reading_and_change_with_the_model(wren, shifted):
    import torch

    texts = ["The kettle weighs 412 g and is kept on the shelf.", "Short."]
    found = retention.text_losses(wren, texts)
    ids = wren.tokenizer(texts[0], add_special_tokens=False, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        expected = wren.model(input_ids=ids, labels=ids).loss.item()
    assert found[0] == pytest.approx(expected, abs=1e-4)
    assert not torch.is_inference_mode_enabled()
    assert retention.text_losses(shifted, texts)[0] != pytest.approx(found[0], abs=1e-3)
    with pytest.raises(CourseError, match="fewer than two tokens"):
        retention.text_losses(wren, [""])


@pytest.mark.slow
def test_wren_knows_what_it_was_taught_and_not_what_nobody_can_know(wren):
    facts = load_general_facts()
    assert retention.facts_known(wren, facts[:4]) == [True] * 4
    assert retention.facts_known(wren, facts[-4:]) == [False] * 4
    assert sum(retention.forms_kept(wren, load_format_tasks()[:4])) >= 3


def test_an_abstention_states_nothing():
    fact = load_general_facts()[0]
    assert retention.states_fact(fact.answer, fact)
    assert not retention.states_fact("The documents do not say.", fact)
    assert not retention.states_fact("The capital of France is Lyon.", fact)
