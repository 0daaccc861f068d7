"""The data folder's manifest: the checksums of its files are written here, read here, and verified here.

No file of the data folder is read before its bytes are those that data/manifest.json names.
"""

from pathlib import Path

from course_lib import files, runtime
from course_lib.errors import DataError

NAME = "manifest.json"
RESTORE = "restore it with `git checkout data` or `make data`"
# What is listed: files, and folders with all their files.
LISTED = (
    *("knowledge_base", "questions", "style", "exams", "models", "configs", "results"),
    *("house_style.schema.json", "claims.yaml"),
)


def write_manifest(folder: str | Path | None = None) -> Path:
    """Write the SHA-256 of every listed file of the data folder into its manifest, and return its path."""
    folder = Path(folder or runtime.DATA)
    listed = [folder / part for part in LISTED]
    names = [path for part in listed for path in (part, *part.rglob("*")) if path.is_file()]
    sums = {path.relative_to(folder).as_posix(): files.sha256(path) for path in sorted(names)}
    return files.write_json(folder / NAME, {"files": sums})


def data_file(name: str, folder: str | Path | None = None) -> Path:
    """The path of a file of the data folder ("style/curated.jsonl"), held against the manifest.

    Raises DataError for a missing, altered or unlisted file.
    """
    folder = Path(folder or runtime.DATA)
    return verified(folder, name, checksums(folder))


def verify_data(folder: str | Path | None = None) -> int:
    """Hold every file of the manifest against its checksum and return how many there are.

    Raises DataError naming the files that are missing or altered.
    """
    folder = Path(folder or runtime.DATA)
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


def checksums(folder: str | Path | None = None) -> dict[str, str]:
    """Path below the data folder, with forward slashes -> SHA-256; raises DataError for a broken manifest."""
    path = Path(folder or runtime.DATA) / NAME
    if not path.is_file():
        raise DataError(f"The list of checksums {path} is missing.", next_step=RESTORE)
    manifest = files.read_json(path)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise DataError(
            f"The list of checksums {path} has no 'files'.", '{"files": {"path": "sha256"}}', RESTORE
        )
    return manifest["files"]


def verified(folder: Path, name: str, listed: dict[str, str]) -> Path:
    """The path of a file of the data folder, once its bytes are those that are listed; raises DataError."""
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
