"""wren's own tokenizer: byte-level BPE, every digit a token."""

from pathlib import Path
from random import Random

SPECIALS = ("<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train_tokenizer(vocabulary: int, examples: int = 20_000, seed: int = 0):
    """A BPE tokenizer of `vocabulary` tokens from the first examples of an education; the same bytes from
    the same seed.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    from course_lib.world.wren.curriculum import draw

    rng = Random(f"tokenizer {seed}")
    texts = (m["content"] for i in range(examples) for m in draw(rng, i / examples))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIALS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def save_tokenizer(tokenizer, folder: Path, context: int) -> None:
    """Writes it so that `AutoTokenizer.from_pretrained(folder)` reads it back with its chat template."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        additional_special_tokens=["<|system|>", "<|user|>", "<|assistant|>"],
        chat_template=CHAT_TEMPLATE,
        model_max_length=context,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)
