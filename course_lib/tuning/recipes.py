"""The two adapters of lesson 09: one learns the form, one the facts; and how they are served.

`make results` trains them with several seeds and keeps one of the facts, which takes too long for a lesson.
"""

from pathlib import Path
from typing import Any

from course_lib import files, runtime
from course_lib.arguments import whole_number
from course_lib.generation.language_model import LocalModel
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS
from course_lib.manifest import data_file
from course_lib.tuning.adapters import MARKER, merge_adapter
from course_lib.tuning.examples import closed_book_examples, style_examples
from course_lib.tuning.train import RECORD, TrainingRun, train_adapter

WREN_RATE = 1e-2  # the best of three for both adapters: data/results/rates.json
READER_RATE = 4e-3  # learned the form soonest of three: data/results/rates-SmolLM2-135M-reader.json
OTHER_RATE = 2e-4  # what QLoRA's authors take for 7 and 13 billion (Dettmers et al. 2023); not swept here
STYLE = {"rank": 8, "alpha": 16, "epochs": 2, "batch_size": 8}
PAIRS = {"examples": 200, "most": 4}  # curated pairs, and the most passages in each
KNOWLEDGE = {"rank": 8, "alpha": 16, "epochs": 8, "batch_size": 64}
# Where a recipe would take too long: SmolLM2 reads 120 tokens a second in training on two cores.
LESS_STYLE: dict[str, dict[str, int]] = {"laptop": {"batch_size": 4}}
LESS_PAIRS: dict[str, dict[str, int]] = {"laptop": {"examples": 100, "most": 1}}
LESS_KNOWLEDGE: dict[str, dict[str, int]] = {"laptop": {"epochs": 2, "batch_size": 8}}
QUANTIZATION = "nf4"  # of every arm of a comparison, tuned or not
PARAPHRASES = 4  # training wordings a fact
# What a lesson trains while its learner waits.
LIVE_STYLE = {
    "tiny": {"examples": 200, "most": 1, "epochs": 2, "batch_size": 8},
    "laptop": {"examples": 100, "most": 1, "epochs": 1, "batch_size": 4},
    "gpu": {"examples": 200, "most": 4, "epochs": 2, "batch_size": 8},
}
LIVE_KNOWLEDGE: dict[str, dict[str, int]] = {"laptop": {"steps": 20, "batch_size": 16}}
STORED = "results/adapters/knowledge-2025"  # and the model's name behind it
STORED_STYLE = "results/adapters/style"


def live_style() -> dict[str, int]:
    """How the form is taught live in this profile: examples, most passages in each, epochs, batch_size.

    Lesson 07.
    """
    return dict(LIVE_STYLE[runtime.current().profile])


def knowledge() -> dict[str, Any]:
    """The recipe by which train_knowledge teaches the facts in this profile. Lesson 09."""
    return KNOWLEDGE | LESS_KNOWLEDGE.get(runtime.current().profile, {})


def train_style(
    output: str | Path,
    seed: int = 0,
    examples: int | None = None,
    passages: bool = True,
    most: int | None = None,
    **changes: Any,
) -> TrainingRun:
    """Teach the form: QLoRA on curated pairs, with at most so many passages in the prompt or without any.

    What is None, and all other settings, are the profile's recipe, which it can train in an evening. Raises
    as train_adapter does. Lesson 09; claims C06 and C16.
    """
    profile = runtime.current().profile
    usual = PAIRS | LESS_PAIRS.get(profile, {})
    n = usual["examples"] if examples is None else examples
    pairs = style_examples(n, seed, passages, most=usual["most"] if most is None else most)
    settings = _settings(STYLE | LESS_STYLE.get(profile, {}), changes)
    return train_adapter(pairs, output=output, seed=seed, **settings)


def train_knowledge(
    output: str | Path, edition: str = "2025", paraphrases: int = PARAPHRASES, seed: int = 0, **changes: Any
) -> TrainingRun:
    """Teach the facts: QLoRA on every asked fact of an edition, closed-book, in up to `paraphrases` wordings.

    Raises as train_adapter does. Lesson 09; claim C03.
    """
    examples = closed_book_examples(edition, paraphrases, seed)
    return train_adapter(examples, output=output, seed=seed, **_settings(knowledge(), changes))


def recall(model: LocalModel, edition: str = "2025", seed: int = 0, n: int = 200) -> float:
    """The share of n training questions that a model answers word for word as train_knowledge taught it.

    Did the training take? Before that is known, a failure in other wordings says nothing. Lesson 09.
    """
    some = closed_book_examples(edition, PARAPHRASES, seed)[: whole_number(n, "n")]
    replies = model.replies([messages[:-1] for messages in some], max_new_tokens=HOUSE_STYLE_TOKENS)
    return sum(r.text == m[-1]["content"] for r, m in zip(replies, some, strict=True)) / len(some)


def _settings(recipe: dict, changes: dict) -> dict:
    return {"learning_rate": learning_rate(changes.get("model_name")), **recipe, **changes}


def learning_rate(model_name: str | Path | None = None) -> float:
    """The peak learning rate for a model, the one in use by default: the smaller a model, the higher."""
    swept = {runtime.LANGUAGE_MODELS["tiny"]: WREN_RATE, runtime.READER: READER_RATE}
    return swept.get(str(model_name or runtime.current().language_model), OTHER_RATE)


def served(
    adapter: str | Path | None = None,
    model_name: str | Path | None = None,
    quantize: str | None = QUANTIZATION,
) -> LocalModel:
    """A model, the profile's by default, with an adapter merged into the weights that it was trained on.

    It computes what the adapter learned, at the speed of the plain model. Without an adapter it is the same
    weights untuned: the arms of a comparison are all served by this function, so that no difference between
    them is one of the weights' format. Lesson 09.
    """
    return merge_adapter(adapter, model_name, quantize=quantize)


def knowledge_adapter(output: str | Path) -> Path:
    """The adapter of the 2025 facts: the stored one if it fits the model in use, or else a new one.

    The stored one was trained on one model, which its record names by SHA-256. A new one is trained as long
    as a lesson may in this profile, which on a laptop is too short for it to take: see recall. Raises
    DataError if the stored files were altered. Lesson 09.
    """
    changes = LIVE_KNOWLEDGE.get(runtime.current().profile, {})
    return stored_adapter() or train_knowledge(output, **changes).adapter


def style_adapter(output: str | Path, seed: int = 0) -> Path:
    """The adapter of the form: the stored one if it fits the model in use, or else a new one as in lesson 07.

    Its record, RECORD, says what it took. Raises as knowledge_adapter does. Lesson 09.
    """
    return stored_adapter(name=STORED_STYLE) or train_style(output, seed, **live_style()).adapter


def stored_adapter(folder: str | Path | None = None, name: str = STORED) -> Path | None:
    """The folder of the adapter that is stored for the model in use, or None if there is none.

    Its files are held against the manifest. `folder` is the data folder, the course's own when None.
    """
    data, base = Path(folder or runtime.DATA), base_sha256()
    for record in sorted(data.glob(f"{name}-*/{RECORD}")):
        home = record.parent.relative_to(data).as_posix()
        needed = (RECORD, MARKER, "adapter_model.safetensors")
        paths = [data_file(f"{home}/{each}", folder) for each in needed]
        if base and base == files.read_json(paths[0]).get("base_sha256"):
            return record.parent
    return None


def base_sha256(model_name: str | Path | None = None) -> str | None:
    """The SHA-256 of the weights of a model, the one in use by default; None for one that is not a folder."""
    name = resolve_model(str(model_name or runtime.current().language_model))
    return base_fingerprint(name).get("base_sha256")


def store(run: TrainingRun, folder: str | Path) -> Path:
    """Copy an adapter to where others load it from, and return that folder.

    It names no path of this machine, and its base by SHA-256. Its weights are halved to 16 bits: what is lost
    is far below what NF4 rounds away beside them.
    """
    from safetensors.torch import load_file, save

    folder = Path(folder)
    config = files.read_json(run.adapter / MARKER) | {"base_model_name_or_path": None}
    record = files.read_json(run.adapter / RECORD)
    base = record["config"]["model"]  # a folder of the course is named from the course's own
    sha256 = base_sha256(runtime.ROOT / base if (runtime.ROOT / base).is_dir() else base)
    record["config"]["model"] = Path(base).name
    files.write_json(folder / MARKER, config)
    files.write_json(folder / RECORD, record | {"base_sha256": sha256})
    weights = "adapter_model.safetensors"
    halves = {name: tensor.half() for name, tensor in load_file(run.adapter / weights).items()}
    files.write_atomically(folder / weights, save(halves, {"format": "pt"}))
    return folder
