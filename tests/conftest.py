"""Miniatures of the two architectures that the course uses, made anew for each test run: wren's (Llama) and
Qwen's.
"""

import pytest

CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
TEXTS = [
    "Answer the question in one sentence. Question: How heavy is the Harbour Kettle?",
    "The Harbour Kettle weighs 412 g [1]. The documents do not say.",
    '{"answer": "Gladly: it weighs 2.5 kg.", "source": "PR-201", "status": "answered"}',
]


def make_tokenizer():
    """A byte-level BPE tokenizer of about 400 tokens that can spell every text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|end|>",
        pad_token="<|pad|>",
        extra_special_tokens=SPECIAL[1:4],
        chat_template=CHAT_TEMPLATE,
    )


def make_model(
    architecture: str, folder, *, seed: int = 0, hidden: int = 64, inner: int = 192, context: int = 256
):
    """Save a two-layer model with grouped-query attention and tied embeddings; return the folder."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    make_config, make = {"llama": (LlamaConfig, LlamaForCausalLM), "qwen2": (Qwen2Config, Qwen2ForCausalLM)}[
        architecture
    ]
    tokenizer = make_tokenizer()
    config = make_config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        initializer_range=0.2,  # untrained, but with a mind of its own: replies differ from prompt to prompt
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        make(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Every test runs in the profile tiny, wherever it runs."""
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    monkeypatch.delenv("COURSE_LANGUAGE_MODEL", raising=False)
    monkeypatch.setattr("course_lib.runtime._current", None)


@pytest.fixture(scope="session", params=["llama", "qwen2"])
def miniature(request, tmp_path_factory):
    """The folder of a small untrained model, once for each architecture."""
    return make_model(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def llama(tmp_path_factory):
    """The folder of a small untrained model of wren's architecture."""
    return make_model("llama", tmp_path_factory.mktemp("wren"))


@pytest.fixture(scope="session")
def make():
    """The function that makes a miniature: make(architecture, folder, seed=, hidden=, inner=, context=)."""
    return make_model
