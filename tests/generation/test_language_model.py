"""Loading any folder through one call, replies alone and in batches, and what bad input is told."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from course_lib import gpu_memory, runtime
from course_lib.errors import CourseError, ModelError, ProfileError, PromptTooLong
from course_lib.files import sha256, write_json
from course_lib.generation import loading
from course_lib.generation.language_model import LocalModel, Reply, _batches, load_language_model
from course_lib.generation.model_names import resolve_model
from course_lib.generation.prompts import few_shot


def ask(text):
    return [{"role": "system", "content": "Answer in one sentence."}, {"role": "user", "content": text}]


QUESTIONS = [
    "How heavy is the Harbour Kettle?",
    "Why?",
    "Say: the documents do not say, " * 4,
    "PR-201",
    "2.5 kg",
]


@pytest.fixture(scope="module")
def model(miniature):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr(runtime, "_current", None)
        return load_language_model(miniature)


def test_a_batch_equals_one_by_one_in_the_order_asked(model):
    conversations = [ask(question) for question in QUESTIONS]
    alone = [model.reply(messages, max_new_tokens=12) for messages in conversations]
    together = model.replies(conversations, batch_size=3, max_new_tokens=12)
    assert [r.text for r in together] == [r.text for r in alone]
    assert [(r.prompt_tokens, r.completion_tokens) for r in together] == [
        (r.prompt_tokens, r.completion_tokens) for r in alone
    ]
    assert len({r.text for r in alone}) > 1, "replies that are all alike would hide a mix-up"


def test_a_reply_is_what_the_library_generates(model):
    import torch

    reply = model.reply(ask(QUESTIONS[0]), max_new_tokens=10)
    ids = torch.tensor([model.tokens(ask(QUESTIONS[0]))])
    out = model.model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=10
    )
    assert reply.text == model.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True).strip()


def test_a_reply_counts_its_tokens_and_its_seconds_by_stage(model):
    reply = model.reply(ask("Why?"), max_new_tokens=5)
    assert isinstance(reply, Reply)
    assert reply.prompt_tokens == len(model.tokenizer(model.prompt(ask("Why?")))["input_ids"])
    assert 1 <= reply.completion_tokens <= 5
    assert set(reply.seconds) == {"prefill", "decode"} and min(reply.seconds.values()) >= 0
    assert (
        model.prompt(ask("Why?"))
        == "<|system|>Answer in one sentence.<|end|><|user|>Why?<|end|><|assistant|>"
    )


def test_a_prompt_longer_than_the_context_is_told_with_both_numbers(model):
    long = ask("kettle " * 400)
    with pytest.raises(PromptTooLong) as caught:
        model.replies([ask("Why?"), long])
    assert str(len(model.tokens(long))) in str(caught.value) and "256" in str(caught.value)
    assert "Next:" in str(caught.value)


def test_a_reply_never_runs_over_the_end_of_the_context(model):
    text = "Why?"
    while len(model.tokens(ask(text + " Why?"))) < 250:
        text += " Why?"
    reply = model.reply(ask(text), max_new_tokens=64)
    assert reply.prompt_tokens + reply.completion_tokens <= 256


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.reply([]),
        lambda m: m.replies([ask("Why?")], batch_size=0),
        lambda m: m.reply(ask("Why?"), max_new_tokens=0),
    ],
)
def test_nothing_to_answer_is_told(model, call):
    with pytest.raises(CourseError):
        call(model)


def test_no_conversations_give_no_replies(model):
    assert model.replies([]) == []


def test_batches_hold_every_prompt_once_and_respect_both_limits():
    lengths = [5, 90, 20, 20, 70, 1, 33, 100]
    batches = list(_batches(lengths, batch_size=3, most_tokens=100))
    assert sorted(i for batch in batches for i in batch) == list(range(8))
    for batch in batches:
        assert len(batch) == 1 or (len(batch) <= 3 and len(batch) * max(lengths[i] for i in batch) <= 100)
    assert batches[0] == [7], "a prompt longer than the limit still gets a batch of its own"


def test_without_a_name_the_profile_decides(llama, monkeypatch):
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", str(llama))
    model = load_language_model()
    assert model.name == str(llama.resolve()) and model.context == 256


def test_nf4_answers_and_takes_less_memory(miniature, recwarn, caplog, capsys):
    model = load_language_model(miniature, quantize="nf4")
    assert "Linear4bit" in {type(m).__name__ for m in model.model.modules()}
    assert model.reply(ask("Why?"), max_new_tokens=4).completion_tokens >= 1
    assert not [w for w in recwarn if "bitsandbytes" in str(w.message).lower()]
    assert not caplog.records and capsys.readouterr() == ("", "")


def test_an_unknown_quantisation_is_told(llama):
    with pytest.raises(ModelError, match="nf4"):
        load_language_model(llama, quantize="int3")


def test_a_folder_that_is_no_model_is_told_what_it_lacks(tmp_path, llama):
    with pytest.raises(ModelError, match="not a language model: it has no config.json"):
        load_language_model(tmp_path)
    with pytest.raises(ModelError, match="There is no model folder"):
        load_language_model(tmp_path / "nowhere")
    shutil.copytree(llama, tmp_path / "pickled")
    (tmp_path / "pickled" / "model.safetensors").rename(tmp_path / "pickled" / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickle"):
        load_language_model(tmp_path / "pickled")


@pytest.mark.parametrize("damage", ["truncated", "not json", "other architecture", "no chat template"])
def test_a_damaged_model_is_told_as_a_course_error(tmp_path, llama, damage):
    folder = shutil.copytree(llama, tmp_path / "model")
    if damage == "truncated":
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:1000])
    elif damage == "not json":
        (folder / "config.json").write_text("{", encoding="utf-8")
    elif damage == "other architecture":
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        (folder / "config.json").write_text(json.dumps(config | {"model_type": "teapot"}), encoding="utf-8")
    else:
        (folder / "chat_template.jinja").unlink()
    with pytest.raises(ModelError) as caught:
        load_language_model(folder)
    assert (
        "chat template" in str(caught.value)
        if damage == "no chat template"
        else str(folder) in str(caught.value)
    )


def test_the_courses_own_weights_are_verified_first(tmp_path, llama, monkeypatch):
    folder = shutil.copytree(llama, tmp_path / "models" / "wren")
    names = {f"models/wren/{path.name}": sha256(path) for path in folder.iterdir()}
    write_json(tmp_path / "manifest.json", {"files": names})
    monkeypatch.setattr(runtime, "DATA", tmp_path)
    assert load_language_model(folder).context == 256

    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"model.safetensors was altered[\s\S]*git checkout"):
        load_language_model(folder)
    weights.write_bytes(whole)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="tokenizer.json is missing"):
        load_language_model(folder)


def test_a_hub_name_without_a_network_is_told():
    with pytest.raises(ModelError, match=r"cannot be loaded from the hub[\s\S]*laptop profile"):
        load_language_model("nobody/no-such-model")


def test_a_server_takes_no_adapter(tmp_path):
    with pytest.raises(ModelError, match="base URL"):
        load_language_model("http://localhost:1/v1#wren", adapter=tmp_path)


def test_the_memory_that_a_model_needs_is_known_before_loading(llama):
    import torch
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(llama)
    loaded = load_language_model(llama).model
    full = loading.bytes_needed(config, 4, None)
    assert full == sum(p.numel() * 4 for p in loaded.parameters())
    linear = sum(
        m.weight.numel()
        for n, m in loaded.named_modules()
        if isinstance(m, torch.nn.Linear) and "head" not in n
    )
    assert loading.bytes_needed(config, 4, "nf4") == pytest.approx(full - linear * (4 - 4.127 / 8), abs=1)
    with pytest.raises(ProfileError):
        gpu_memory.require(full, bytes_free=full - 1)


@pytest.mark.parametrize(
    "files, missing", [([], "adapter_config.json"), (["adapter_config.json"], "safetensors")]
)
def test_a_folder_that_is_no_adapter_is_told(tmp_path, llama, files, missing):
    for name in files:
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=missing):
        load_language_model(llama, adapter=tmp_path)


def test_a_missing_system_message_is_told_where_the_template_would_make_one_up(model, monkeypatch):
    alone = [{"role": "user", "content": "Why?"}]
    assert "Why?" in model.prompt(alone), "a template that adds nothing needs none"
    made_up = "{% if messages[0]['role'] != 'system' %}<|system|>You are helpful.<|end|>{% endif %}"
    talkative = LocalModel(model.name, model.model, copy.deepcopy(model.tokenizer))
    talkative.tokenizer.chat_template = made_up + model.tokenizer.chat_template
    with pytest.raises(CourseError, match="no system message"):
        talkative.prompt(alone)
    assert talkative.prompt(ask("Why?")) == model.prompt(ask("Why?"))


def test_worked_examples_need_a_system_message_to_stand_behind():
    for messages in ([], [{"role": "user", "content": "Why?"}]):
        with pytest.raises(CourseError, match="system message"):
            few_shot(messages, [("Who?", "Nobody.")])


def test_wren_is_found_by_its_name_unless_a_folder_of_that_name_is_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve_model("wren") == str(Path(runtime.LANGUAGE_MODELS["tiny"]).resolve())
    (tmp_path / "wren").mkdir()
    with pytest.raises(ModelError):
        resolve_model("wren")  # the learner's own, and no model
