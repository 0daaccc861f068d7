"""Training examples for other people's tools: OpenAI's JSON Lines, Axolotl's configuration, TRL's data set.

Whatever the tool, the last reply of each example alone is learned, as in this course. What this module does
not do: run the tools; what it writes says how. Lesson 07.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.arguments import checked_path, checked_text, one_of
from course_lib.errors import CourseError
from course_lib.generation.types import Messages
from course_lib.tuning.batches import checked_examples
from course_lib.tuning.settings import Settings

DATA, CONFIG = "train.jsonl", "axolotl.yaml"
OPENAI_LEAST = 10  # examples that OpenAI's service asks for
BASE = "Qwen/Qwen2.5-0.5B-Instruct"
Conversation = list[dict[str, str]]


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, how many examples, and the command that takes them."""

    folder: Path
    examples: int
    command: str


def export_examples(
    examples: Iterable[Messages],
    folder: str | Path,
    format: str,
    *,
    base: str = BASE,
    context: int = 2048,
    **settings: Any,
) -> Exported:
    """Write chat examples as `openai`, `axolotl` or `trl` takes them, into a folder of their own.

    The folder is replaced whole, if an earlier export wrote it. `base`, `context` (tokens) and `settings`
    (those of settings.Settings) go into Axolotl's configuration; the other formats are data alone. Raises
    CourseError for examples in another form, for what a service would refuse, and for a folder that is
    something else. Lesson 07.
    """
    found = checked_examples(examples)
    chosen = Settings(**settings)
    write = FORMATS[one_of(format, "format", tuple(FORMATS))]
    target = checked_path(folder, "folder")
    with files.written_whole(target, DATA) as new:
        command = write(found, new, checked_text(base, "base"), context, chosen)
    return Exported(target, len(found), command.format(folder=folder))


def _openai(examples: list[Conversation], folder: Path, *_: Any) -> str:
    """A JSON object a line with `messages`; earlier replies of a conversation have the weight 0.

    Rules: platform.openai.com, "Supervised fine-tuning", and the OpenAI cookbook's checks of chat data.
    """
    if len(examples) < OPENAI_LEAST:
        raise CourseError(
            f"OpenAI's service takes {OPENAI_LEAST} examples or more, and there are {len(examples)}.",
            next_step="add examples, or export them in another format",
        )
    for number, example in enumerate(examples, start=1):
        for turn in example:
            checked_text(turn["content"], f"OpenAI takes no blank turn, and the {turn['role']}'s of {number}")
    files.write_jsonl(folder / DATA, [{"messages": _weighted(example)} for example in examples])
    return 'upload {folder}/train.jsonl with the purpose "fine-tune"'


def _weighted(example: Conversation) -> list[dict[str, Any]]:
    turns = [_turn(each) for each in example]
    return [
        {**turn, "weight": 0} if turn["role"] == "assistant" and place < len(turns) - 1 else turn
        for place, turn in enumerate(turns)
    ]


def _axolotl(examples: list[Conversation], folder: Path, base: str, context: int, chosen: Settings) -> str:
    """A QLoRA configuration and its data, in which the turn to learn is marked.

    docs.axolotl.ai, "Conversation": type chat_template, with message_field_training.
    """
    import yaml

    rows = [
        {"messages": [{**_turn(turn), "train": turn is example[-1]} for turn in example]}
        for example in examples
    ]
    files.write_jsonl(folder / DATA, rows)
    configuration = _axolotl_settings(base, context, chosen)
    text = yaml.safe_dump(configuration, sort_keys=False, allow_unicode=True)
    files.write_atomically(folder / CONFIG, "# Run it in this folder: axolotl train axolotl.yaml\n" + text)
    return "cd {folder} && axolotl train axolotl.yaml"


def _axolotl_settings(base: str, context: int, chosen: Settings) -> dict[str, Any]:
    targets = chosen.targets
    layers = {"lora_target_linear": True} if isinstance(targets, str) else {"lora_target_modules": [*targets]}
    course = {"max_steps": chosen.steps} if chosen.steps else {"num_epochs": chosen.epochs}
    data = {
        "path": DATA,
        "ds_type": "json",
        "type": "chat_template",
        "field_messages": "messages",
        "message_field_training": "train",
        "roles_to_train": [],  # the turns that are marked, and no others
        "train_on_eos": "turn",  # with the end mark of each
    }
    return {
        "base_model": base,
        "load_in_4bit": True,
        "adapter": "qlora",
        "lora_r": chosen.rank,
        "lora_alpha": chosen.alpha,
        "lora_dropout": 0.0,
        **layers,
        "datasets": [data],
        "val_set_size": 0.0,
        "sequence_len": context,
        "output_dir": "./adapter",
        "micro_batch_size": chosen.batch_size,
        "gradient_accumulation_steps": 1,
        **course,
        "optimizer": "adamw_torch",
        "weight_decay": 0.0,
        "learning_rate": chosen.learning_rate,
        "lr_scheduler": "cosine",
        "warmup_ratio": 0.1,
        "max_grad_norm": 1.0,
        "bf16": "auto",
        "gradient_checkpointing": True,
        "seed": chosen.seed,
    }


def _trl(examples: list[Conversation], folder: Path, base: str, *_: Any) -> str:
    """Prompts and completions as conversations: TRL's SFTTrainer learns the completion alone.

    huggingface.co/docs/trl, "Dataset formats and types": conversational prompt-completion.
    """
    rows = [
        {"prompt": [_turn(turn) for turn in example[:-1]], "completion": [_turn(example[-1])]}
        for example in examples
    ]
    files.write_jsonl(folder / DATA, rows)
    return f"trl sft --model_name_or_path {base} --dataset_name {{folder}} --use_peft --load_in_4bit"


def _turn(turn: dict[str, str]) -> dict[str, str]:
    """A turn without what other tools do not know."""
    return {"role": turn["role"], "content": turn["content"]}


FORMATS: dict[str, Callable[..., str]] = {"openai": _openai, "axolotl": _axolotl, "trl": _trl}
