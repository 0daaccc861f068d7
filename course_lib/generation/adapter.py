"""LoRA adapters from their folders: put on the base that they were trained on, whole, and merged into it.

PEFT gives the bare base back where no key of an adapter matches, takes any base of the same shape, and merges
a change of one layer into another that shares its weights. None of this is an error to it; here it is.
"""

from collections import Counter
from pathlib import Path

from course_lib.arguments import checked_path
from course_lib.errors import ModelError
from course_lib.files import read_json
from course_lib.generation.model_files import base_fingerprint

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
RECORD = "training_run.json"  # beside them, where this course trained it
SEE_BASE = f"see base_model_name_or_path in its {CONFIG}"


def load_adapter(model, folder: str | Path, any_base: bool = False):
    """Put the LoRA adapter of a folder on a loaded model.

    Raises ModelError if it is none, is cut short, was trained on another base (where both are known, and
    unless `any_base`), or does not fit: every weight of the folder has its place in the model, and the other
    way round.
    """
    from peft import PeftModel

    folder = checked_path(folder, "adapter", error=ModelError)
    for file in (CONFIG, WEIGHTS):
        if not (folder / file).is_file():
            raise ModelError(
                f"The folder {folder} is not an adapter: it has no {file}.",
                allowed="a folder that train_adapter or PEFT's save_pretrained wrote",
                next_step="train one in lesson 07, or check the path",
            )
    keys = _keys(folder)
    if not any_base:
        _check_base(model, folder)
    try:
        adapted = PeftModel.from_pretrained(model, str(folder.resolve())).eval()
    except Exception as error:  # a bad folder fails in as many ways as there are files in it
        raise _does_not_fit(folder, _first_line(error)) from error
    _check_keys(adapted, keys, folder)
    return adapted


def merged(adapted):
    """The base of an adapted model with the adapter's change added to its weights.

    Raises ModelError if a layer that was adapted shares its weights with another, which would change too.
    """
    if shared := _tied(adapted):
        raise ModelError(
            f"The adapter changes {', '.join(shared)}, whose weights another layer shares: merged, it would "
            "change both.",
            allowed="adapters of layers that share nothing; head and embedding of small models are often one",
            next_step="load it beside its base: load_language_model(name, adapter)",
        )
    return adapted.merge_and_unload()


def _keys(folder: Path) -> set[str]:
    """The names of an adapter's weights, its file read to the end."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS, "numpy") as stored:
            return set(stored.keys())
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"The adapter's file {folder / WEIGHTS} cannot be read: {_first_line(error)}",
            allowed="a whole file of safetensors",
            next_step="copy it again, or train the adapter anew",
        ) from None


def _check_base(model, folder: Path) -> None:
    """Hold the base that an adapter's record names by its checksum against the one that is loaded."""
    if not (folder / RECORD).is_file():
        return
    record, here = read_json(folder / RECORD), base_fingerprint(model.name_or_path)
    for name, known in here.items():
        learned = record.get(name) if isinstance(record, dict) else None
        if learned and known and learned != known:
            raise _does_not_fit(folder, f"it was trained on another base, {learned[:16]}…, not {known[:16]}…")


def _check_keys(adapted, keys: set[str], folder: Path) -> None:
    from peft import get_peft_model_state_dict

    expected = set(get_peft_model_state_dict(adapted, save_embedding_layers=False))
    strange = {key for key in keys - expected if "lora_" in key}
    missing = expected - keys
    if not missing and not strange:
        return
    adapted.unload()  # the model is the caller's
    reason = f"{len(missing)} of {len(expected)} weights are missing and {len(strange)} have no place in it"
    raise _does_not_fit(folder, f"{reason}, first {min(missing or strange)}")


def shared_weights(model) -> set[int]:
    """The ids of a model's parameters that stand in more than one layer, as head and embedding often do."""
    owners = Counter(id(parameter) for _, parameter in model.named_parameters(remove_duplicate=False))
    return {each for each, count in owners.items() if count > 1}


def _tied(adapted) -> list[str]:
    """The names of adapted layers that share their weights with another layer."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    shared = shared_weights(adapted)
    layers = {name: each for name, each in adapted.named_modules() if isinstance(each, BaseTunerLayer)}
    own = {name: id(getattr(each.get_base_layer(), "weight", None)) for name, each in layers.items()}
    return sorted({name.rpartition(".")[2] for name, weight in own.items() if weight in shared})


def _does_not_fit(folder: Path, reason: str) -> ModelError:
    return ModelError(
        f"The adapter in {folder} does not fit this model: {reason}",
        allowed="the base model that it was trained on",
        next_step=SEE_BASE,
    )


def _first_line(error: Exception) -> str:
    """What an error says first, with the first item of a list that it opens (the shape that does not fit)."""
    first, *rest = (str(error).strip() or type(error).__name__).splitlines()
    return f"{first} {rest[0].strip()}" if first.endswith(":") and rest else first
