"""What a learner has done: one small JSON file in the course's cache folder; it never leaves the machine."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from course_lib import files, runtime
from course_lib.errors import DataError
from course_lib.exercises.display import show_card

NAME = "progress.json"

State = Literal["done", "tried"]


@dataclass(frozen=True)
class Commitment:
    """A prediction that a learner made, and whether the result has been shown since."""

    answer: str
    revealed: bool = False


@dataclass(frozen=True)
class Record:
    """The state of each exercise and each prediction by its id; an id that is not there was not touched."""

    exercises: dict[str, State] = field(default_factory=dict)
    predictions: dict[str, Commitment] = field(default_factory=dict)


def load() -> Record:
    """The record on this machine; empty if there is none. A damaged file is put aside, with a message."""
    try:
        path = runtime.cache_dir() / NAME
        if not path.exists():
            return Record()
        return _parse(files.read_json(path))
    except (DataError, KeyError, TypeError, ValueError, AttributeError):
        _put_aside(path)
    except OSError as error:
        _warn("Your progress cannot be read", error)
    return Record()


def mark(id: str, state: State) -> None:
    """Note that an exercise was tried or done; what is done stays done."""
    record = load()
    if record.exercises.get(id) in {"done", state}:
        return
    _save(replace(record, exercises={**record.exercises, id: state}))


def commit(id: str, commitment: Commitment) -> None:
    """Note a prediction."""
    record = load()
    if record.predictions.get(id) != commitment:
        _save(replace(record, predictions={**record.predictions, id: commitment}))


def _save(record: Record) -> None:
    predictions = {id: {"answer": c.answer, "revealed": c.revealed} for id, c in record.predictions.items()}
    try:
        data = {"exercises": record.exercises, "predictions": predictions}
        files.write_json(runtime.cache_dir() / NAME, data)
    except OSError as error:
        _warn("Your progress cannot be saved", error)


def _parse(data: dict) -> Record:
    exercises = dict(data["exercises"])
    if not set(exercises.values()) <= {"done", "tried"}:
        raise ValueError("an exercise has a state that is not known")
    entries = data["predictions"].items()
    return Record(exercises, {id: Commitment(str(e["answer"]), bool(e["revealed"])) for id, e in entries})


def _put_aside(path: Path) -> None:
    aside = path.with_name("progress.damaged.json")
    try:
        path.replace(aside)
    except OSError as error:
        _warn("Your progress cannot be read", error)
        return
    show_card(
        "note",
        "Your progress starts anew",
        f"`{path.name}` in the course's cache folder could not be read. It is kept there as `{aside.name}`.",
    )


def _warn(problem: str, error: OSError) -> None:
    show_card("note", problem, f"{error.strerror or error}. The exercises work all the same.")
