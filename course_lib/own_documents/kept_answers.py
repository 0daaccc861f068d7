"""Answers kept as they come, a batch a line, so that a comparison that is killed asks nothing twice.

An answer is found again by its question and by all that it came from: documents, search, model, prompt. So a
corrected value is scored anew without asking, and a changed document or model is asked anew.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from course_lib import files
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, DataError, ModelError
from course_lib.experiments.arms import Arm
from course_lib.generation.rag import Answer
from course_lib.generation.types import Reply
from course_lib.progress_bar import progress_bar
from course_lib.retrieval.types import Hit

LOG = "answers.jsonl"
NOTHING: Mapping[str, Any] = MappingProxyType({})
AT_ONCE = 16  # questions that are asked together, and lost together when the process is killed
PATIENCE = 3  # questions in a row that a model may fail to answer before the rest is not asked


class KeptAnswers:
    """The answers in a work folder, and those that did not come in this run: (arm, question) -> why."""

    def __init__(self, folder: Path, chunks: Sequence[Chunk]):
        """Read what is there, without a last line that a kill left half written; raises DataError for others.
        """
        self.failures: dict[tuple[str, str], str] = {}
        self._path = files.make_folder(folder) / LOG
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._rows: dict[str, dict[str, Any]] = {}
        self._read()

    def arm(self, arm: Arm, whose: Mapping[str, Any], own: Mapping[str, Any] = NOTHING) -> Arm:
        """The same arm, asked only what is not kept.

        `whose` is all that its answers depend on, and `own` what one question's answer does, by its text.
        """

        def key(text: str) -> str:
            told = json.dumps([arm.name, whose, own.get(text), text], sort_keys=True)
            return sha256(told.encode("ascii")).hexdigest()

        return Arm(arm.name, lambda questions: self._answers(arm, list(map(key, questions)), questions))

    def _answers(self, arm: Arm, keys: Sequence[str], questions: Sequence[str]) -> list[Answer]:
        missing = [(key, text) for key, text in zip(keys, questions, strict=True) if key not in self._rows]
        reason = ""
        with closing(progress_bar(f"asking: {arm.name}", total=len(questions))) as bar:
            bar.update(len(questions) - len(missing))
            for start in range(0, len(missing), AT_ONCE):
                batch = missing[start : start + AT_ONCE]
                reason = reason or self._ask(arm, batch)
                bar.update(len(batch))
        for _, text in missing if reason else ():
            self.failures.setdefault((arm.name, text), f"not asked any more: {reason}")
        for key, text in missing:
            if key in self._rows:
                self.failures.pop((arm.name, text), None)
        return [self._rebuilt(key) for key in keys]

    def _ask(self, arm: Arm, batch: Sequence[tuple[str, str]]) -> str:
        """Ask a batch and keep its answers; why the model is not asked any more, or nothing."""
        try:
            self._keep(batch, arm.answers([text for _, text in batch]))
            return ""
        except CourseError:  # one question may spoil a batch: a prompt that is too long, a server that dies
            pass
        in_a_row = 0
        for key, text in batch:
            try:
                self._keep([(key, text)], arm.answers([text]))
                in_a_row = 0
            except CourseError as error:
                self.failures[arm.name, text] = error.problem
                in_a_row = in_a_row + 1 if isinstance(error, ModelError) else 0
                if in_a_row == PATIENCE:
                    return error.problem
        return ""

    def _keep(self, batch: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> None:
        rows = {key: _plain(answer) for (key, _), answer in zip(batch, answers, strict=True)}
        with self._path.open("ab") as stream:
            stream.write(json.dumps(rows).encode("ascii") + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        self._rows |= rows

    def _read(self) -> None:
        if not self._path.exists():
            return
        good = 0
        with self._path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    rows = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    rows = None
                if not isinstance(rows, dict):
                    if stream.read(1):
                        raise DataError(
                            f"Line {number} of {self._path} is damaged.",
                            next_step="delete that line, and its answers are asked for again",
                        )
                    break
                self._rows |= rows
                good += len(line)
        if good < self._path.stat().st_size:
            with self._path.open("rb+") as stream:
                stream.truncate(good)

    def _rebuilt(self, key: str) -> Answer:
        row = self._rows.get(key)
        if row is None:
            return Answer("", (), (), Reply("", 0, 0, {}), {})
        hits = tuple(
            Hit(self._chunks[id], score, rank) for rank, (id, score) in enumerate(row["hits"], start=1)
        )
        seconds = dict(row["seconds"])
        if "request" in seconds:  # a server reads and writes out of sight
            seconds["decode"] = seconds["request"]
        reply = Reply(row["text"], *row["tokens"], seconds)
        return Answer(row["text"], tuple(row["citations"]), hits, reply, seconds)


def _plain(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "citations": list(answer.citations),
        "hits": [[hit.chunk.id, hit.score] for hit in answer.hits],
        "tokens": [answer.reply.prompt_tokens, answer.reply.completion_tokens],
        "seconds": answer.seconds,
    }


@contextmanager
def locked(folder: str | Path) -> Iterator[Path]:
    """A work folder for this process alone; raises CourseError if another one works in it."""
    from filelock import FileLock, Timeout

    folder = files.make_folder(Path(folder).expanduser().absolute())
    lock = FileLock(folder / "lock")  # the system takes it back from a process that is killed
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CourseError(
            f"Another comparison is running in {folder}.",
            next_step="wait until it has ended, or choose another --work folder",
        ) from None
    try:
        yield folder
    finally:
        lock.release()
