"""The data folder and its manifest: each file is held against its checksum before it is read."""

from pathlib import Path

from course_lib import files
from course_lib.errors import DataError
from course_lib.runtime import DATA

RESTORE = "restore it with `git checkout data` or `make data`"


def data_file(name: str, folder: str | Path | None = None) -> Path:
    """The path of a file of the data folder ("style/curated.jsonl"), held against the manifest.

    Raises DataError for a missing, altered or unlisted file.
    """
    folder = Path(folder or DATA)
    return verified(folder, name, checksums(folder))


def verify_data(folder: str | Path | None = None) -> int:
    """Hold every file of the manifest against its checksum and return how many there are.

    Raises DataError naming the files that are missing or altered.
    """
    folder = Path(folder or DATA)
    listed = checksums(folder)
    problems = []
    for name in listed:
        try:
            verified(folder, name, listed)
        except DataError as error:
            problems.append(error.problem)
    if problems:
        more = [f"… and {len(problems) - 10} more."] if len(problems) > 10 else []
        raise DataError(
            "\n".join(problems[:10] + more), next_step="restore them with `git checkout data` or `make data`"
        )
    return len(listed)


def checksums(folder: Path) -> dict[str, str]:
    """Path below the data folder, with forward slashes -> SHA-256."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(f"The list of checksums {path} is missing.", next_step=RESTORE)
    manifest = files.read_json(path)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise DataError(
            f"The list of checksums {path} has no 'files'.", '{"files": {"path": "sha256"}}', RESTORE
        )
    return manifest["files"]


def verified(folder: Path, name: str, listed: dict[str, str]) -> Path:
    """The path of a file of the data folder, once its bytes are those that the manifest names."""
    path = folder / name
    if not path.is_file():
        raise DataError(f"The data file {path} is missing.", next_step=RESTORE)
    if name not in listed:
        raise DataError(
            f"The file {path} is not in the manifest, so nobody can say what it should hold.",
            next_step="move it elsewhere, or remake the data with `make data`",
        )
    if files.sha256(path) != listed[name]:
        raise DataError(
            f"The data file {path} was altered: its checksum is not the manifest's.", next_step=RESTORE
        )
    return path
