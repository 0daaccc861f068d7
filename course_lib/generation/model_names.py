"""From a model's name to its folder: the course's own models, a learner's folder, or a name of the hub."""

from pathlib import Path

from course_lib import runtime
from course_lib.arguments import shown
from course_lib.errors import ModelError
from course_lib.generation.model_files import RESTORE, check_model_folder, verify_weights
from course_lib.generation.pretrained import model_folder

WREN = Path(runtime.LANGUAGE_MODELS["tiny"])


def resolve_model(name: str | Path) -> str:
    """The folder's absolute path if `name` is a model folder, or the hub name unchanged; "wren" and SmolLM2's
    two names are the course's own.

    Raises ModelError for a folder that holds no model or does not exist, and for altered course weights.
    """
    if not isinstance(name, (str, Path)) or not str(name).strip():
        raise ModelError(f"This names no model: {shown(name)}.", "a folder, a hub name, or a base URL")
    if str(name).startswith(("http://", "https://")):
        raise ModelError(
            f"The model at {name} is behind a server, and this needs its weights.",
            allowed="a model folder or a hub name",
        )
    if name in (runtime.PRETRAINED, runtime.READER):
        return str(model_folder(str(name)))
    folder = Path(name).expanduser()
    if str(name) == WREN.name and not folder.is_dir():
        folder = WREN
    if folder.is_dir():
        check_model_folder(folder)
        verify_weights(folder)
        return str(folder.resolve())
    if isinstance(name, Path) or folder.is_absolute() or len(folder.parts) > 2 or str(name).startswith("."):
        raise ModelError(
            f"There is no model folder at {folder}.",
            allowed="a folder with config.json and *.safetensors, a hub name like "
            "Qwen/Qwen2.5-0.5B-Instruct, or a base URL",
            next_step=RESTORE if runtime.DATA in folder.absolute().parents else "check the path",
        )
    return str(name)
