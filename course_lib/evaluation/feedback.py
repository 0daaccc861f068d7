"""What users say of answers, in a SQLite file: a thumb, a comment, and what a next training set needs.

A log of thumbs is no sample of answers: whoever clicks decides to. It finds cases to label, and its rate is
no accuracy. What this module does not do: draw the buttons (plots/feedback_box.py does). Lesson 10.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_lib.arguments import checked_path, checked_text, listed, one_of, words
from course_lib.corpus.chunking import Chunk
from course_lib.errors import DataError
from course_lib.generation.prompts import Message, with_passages

THUMBS = {"up": 1, "down": -1}
TABLE = """CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, question TEXT NOT NULL, reply TEXT NOT NULL,
    passages TEXT NOT NULL, thumb INTEGER NOT NULL CHECK (thumb IN (-1, 1)), comment TEXT NOT NULL)"""
COLUMNS = "at, question, reply, passages, thumb, comment"


@dataclass(frozen=True)
class Feedback:
    """One click: when, the question and the reply, the ids of the passages read, the thumb, and a comment."""

    at: str  # YYYY-MM-DDTHH:MM:SS
    question: str
    reply: str
    passages: tuple[str, ...]
    thumb: str  # "up" or "down"
    comment: str = ""


class FeedbackLog:
    """A log of feedback in a SQLite file, which is made if it is not there; several processes may write it.

    Raises DataError for a file that is no such log. A click is on the disk when `add` returns. Lesson 10.
    """

    def __init__(self, path: str | Path):
        self.path = checked_path(path, "path", error=DataError)
        with self._opened() as file:
            file.execute("PRAGMA journal_mode = WAL")  # readers do not wait for a writer
            file.execute(TABLE)
            file.execute(f"SELECT {COLUMNS} FROM feedback LIMIT 1")

    def __repr__(self) -> str:
        return f"FeedbackLog({self.path.name!r}, {len(self)} clicks)"

    def __len__(self) -> int:
        with self._opened() as file:
            return file.execute("SELECT count(*) FROM feedback").fetchone()[0]

    def add(
        self,
        question: str,
        reply: str,
        thumb: str,
        comment: str = "",
        passages: Iterable[str] = (),
        at: datetime | None = None,
    ) -> Feedback:
        """Keep one click, of now unless `at` says when; raises DataError for another thumb or no text."""
        click = Feedback(
            at=(at or datetime.now()).isoformat(timespec="seconds"),
            question=checked_text(question, "The question", error=DataError),
            reply=checked_text(reply, "The reply", blank=True, error=DataError),
            passages=words(passages, "passages", error=DataError),
            thumb=one_of(thumb, "thumb", list(THUMBS), error=DataError),
            comment=checked_text(comment, "The comment", blank=True, error=DataError).strip(),
        )
        row = (click.at, click.question, click.reply, json.dumps(click.passages), THUMBS[thumb])
        with self._opened() as file:
            file.execute(f"INSERT INTO feedback ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (*row, click.comment))
        return click

    def read(self) -> list[Feedback]:
        """Every click, in the order in which they came."""
        with self._opened() as file:
            rows = file.execute(f"SELECT {COLUMNS} FROM feedback ORDER BY id").fetchall()
        names = {number: name for name, number in THUMBS.items()}
        return [Feedback(at, q, r, tuple(json.loads(p)), names[t], c) for at, q, r, p, t, c in rows]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, open for one transaction; raises DataError for what SQLite refuses."""
        try:
            with closing(sqlite3.connect(self.path)) as file, file:
                yield file
        except sqlite3.Error as error:
            raise DataError(
                f"The feedback log {self.path} cannot be used: {error}.",
                allowed="a path where no file is, or a log of this course",
                next_step="choose another path, or look whether another program holds the file",
            ) from None


def examples_from(
    clicks: Iterable[Feedback], chunks: Mapping[str, Chunk], held_out: Iterable[str] = ()
) -> list[list[Message]]:
    """The replies with a thumb up and none down, as conversations to train on, in the prompt they came from.

    A pair of question and reply comes once. Questions of `held_out` are left out, as are those whose passages
    are no longer among the `chunks` (by id): the page has changed, and what was right may be so no more.
    Replies with a thumb down are for people to put right: `to_review`. Raises DataError for what is no click.
    Lesson 10.
    """
    kept_out, clicks = set(held_out), listed(clicks, "clicks", Feedback, error=DataError)
    disliked = {(click.question, click.reply) for click in clicks if click.thumb == "down"}
    found: dict[tuple[str, str], list[Message]] = {}
    for click in clicks:
        pair = (click.question, click.reply)
        if pair in disliked or click.question in kept_out or not all(id in chunks for id in click.passages):
            continue
        prompt = with_passages(click.question, [chunks[id] for id in click.passages])
        found[pair] = [*prompt, {"role": "assistant", "content": click.reply}]
    return list(found.values())


def to_review(clicks: Iterable[Feedback]) -> list[Feedback]:
    """The clicks that a person should read, those with a comment first, each question and reply once.

    Raises DataError for what is no click. Lesson 10.
    """
    down = [each for each in listed(clicks, "clicks", Feedback, error=DataError) if each.thumb == "down"]
    first = {(each.question, each.reply): each for each in reversed(down)}
    return sorted(first.values(), key=lambda each: (not each.comment, each.at))
