"""The files of a model: is the folder whole, are its weights those that the course ships, which base is it?
"""

import hashlib
from pathlib import Path

from course_lib import runtime
from course_lib.errors import DataError, ModelError
from course_lib.files import read_json, sha256
from course_lib.manifest import checksums, verified

RESTORE = "restore the course's own copy: git checkout -- data/models"


def check_model_folder(folder: Path) -> None:
    """Raise ModelError unless the folder holds a configuration, a tokenizer, and weights as safetensors."""
    missing = [name for name in ("config.json", "tokenizer_config.json") if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")):
        missing.append("*.safetensors")
    if not missing:
        return
    pickled = sorted(path.name for path in folder.glob("*.bin"))
    problem = f"The folder {folder} is not a language model: it has no {', no '.join(missing)}."
    if pickled:
        problem += f" (Its {pickled[0]} is a pickle, which can run code when it is opened.)"
    raise ModelError(
        problem,
        allowed="a folder with config.json, a tokenizer, and weights in safetensors",
        next_step="save a model with save_pretrained, or take another folder",
    )


def verify_weights(folder: Path, data: Path | None = None) -> None:
    """Hold each file of one of the course's models against the data folder's manifest; raises ModelError.

    A folder outside of `data` (the course's own data when None) is a learner's own, and passes.
    """
    data = (data or runtime.DATA).resolve()
    if not folder.resolve().is_relative_to(data):
        return
    inside, listed = folder.resolve().relative_to(data).as_posix(), checksums(data)
    for name in listed:
        if name.startswith(f"{inside}/"):
            try:
                verified(data, name, listed)
            except DataError as error:
                raise ModelError(
                    error.problem,
                    allowed="the file as the course ships it; a changed model belongs in a folder of its own",
                    next_step=RESTORE,
                ) from None


def base_fingerprint(name: str | Path) -> dict[str, str | None]:
    """What tells one base from another: the SHA-256 of a folder's weights, of a hub name's configuration.

    An adapter's record keeps it. A model of the cache is told by what it was made of: merging adds in another
    order on another processor, so the bytes of its weights are this machine's alone. The value is None for a
    hub model whose configuration is not at hand.
    """
    from transformers.utils import cached_file

    if (record := Path(name) / runtime.WHOLE).is_file():
        return {"base_sha256": read_json(record)["made_of"]}
    if Path(name).is_dir():
        sums = [sha256(path) for path in sorted(Path(name).glob("*.safetensors"))]
        whole = sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode("ascii")).hexdigest()
        return {"base_sha256": whole if sums else None}
    try:
        config = cached_file(str(name), "config.json", local_files_only=True)
    except (OSError, ValueError):
        config = None
    return {"base_config_sha256": sha256(config) if config else None}
