"""What a model is tuned on: pairs in the house style with passages, and the company's facts without any.

The prompts are those that the tuned model is served with later, word for word: lesson 09 asks what happens
otherwise (claim C16). They hold no instruction about the form, since the form is what tuning is to teach.
What this module does not do: make the pairs (course_lib.world does) or train on them (train.py does).
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.arguments import one_of, whole_number
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.generation.house_style import complies
from course_lib.generation.prompts import NOT_FOUND, Message, closed_book, in_house_style, with_passages
from course_lib.generation.types import Messages
from course_lib.manifest import data_file
from course_lib.tuning.batches import checked_examples

CURATED_EDITION = "2025"  # the edition whose chunks the curated pairs name


def style_examples(
    n: int = 200, seed: int = 0, passages: bool = True, folder: str | Path | None = None, most: int = 4
) -> list[list[Message]]:
    """n curated pairs as conversations: up to four passages and a question, answered in the house style.

    Without `passages` the same questions are asked closed-book, and answered in the same words. With fewer at
    `most` the passage that answers stays: the prompt is shorter and the reply is as true. The same seed gives
    the same order, so that 100 examples are the first 100 of 200. None of the facts is asked about in the
    test. Raises CourseError for n or most out of range and as check_replies does, DataError for missing or
    altered data. Lessons 07 and 09; claims C06 and C16.
    """
    most = whole_number(most, "most", most=4, why="the passages of a curated pair")
    rows = style_rows(folder=folder)
    n = whole_number(n, "n", most=len(rows), why="the number of curated pairs")
    chosen = Random(seed).sample(rows, len(rows))[:n]
    return check_replies([style_example(row, passages, most, folder) for row in chosen])


def style_rows(noisy: bool = False, folder: str | Path | None = None) -> list[dict]:
    """The curated pairs as they are kept, or the noisy copy, each with the fault that `noise` names or None.

    Raises DataError for missing or altered data. Claim C07; lesson 08.
    """
    return files.read_jsonl(data_file(f"style/{'noisy' if noisy else 'curated'}.jsonl", folder))


def style_example(
    row: dict, passages: bool = True, most: int = 4, folder: str | Path | None = None
) -> list[Message]:
    """A pair as a conversation, as style_examples makes it."""
    if not passages:
        return [*closed_book(row["question"]), _said(row["reply"])]
    return [*with_passages(row["question"], _kept(row, _chunks(folder), most)), _said(row["reply"])]


def check_replies(examples: Iterable[Messages]) -> list[list[Message]]:
    """The examples of a set that claims to be curated, every reply of which is in the house style.

    A model learns the form that it is shown, not the one that was meant. Raises CourseError with the numbers
    of those that are not, and the first one's reasons. Lesson 07.
    """
    found = checked_examples(examples)
    told = {number: complies(each[-1]["content"]) for number, each in enumerate(found, start=1)}
    refused = {number: reasons for number, (right, reasons) in told.items() if not right}
    if refused:
        reasons = next(iter(refused.values()))
        numbers = ", ".join(map(str, list(refused)[:10])) + (" …" if len(refused) > 10 else "")
        raise CourseError(
            f"{len(refused)} of {len(found)} replies are not in the house style: examples {numbers}. The "
            f"first: {'; '.join(reasons)}.",
            allowed="replies that data/house_style.schema.json and its rules accept",
            next_step="correct these examples or drop them; noisy_sets.by_rule of lesson 08 finds such pairs",
        )
    return found


def closed_book_examples(
    edition: str = "2025", paraphrases: int = 10, seed: int = 0, folder: str | Path | None = None
) -> list[list[Message]]:
    """Every fact of an edition as questions without passages, answered in the house style from memory.

    A fact is asked in as many wordings as it has, at most `paraphrases`, none of which the test uses. One
    conversation in nine is a training question that no document answers, so that "Sorry" is learned too.
    Raises CourseError for an edition that does not exist and for paraphrases below 1, DataError for missing
    or altered data. Lesson 09; claim C03.
    """
    rows = files.read_jsonl(data_file("questions/knowledge.jsonl", folder))
    editions = sorted({row["edition"] for row in rows})
    paraphrases = whole_number(paraphrases, "paraphrases")
    one_of(str(edition), "edition", editions)
    random = Random(seed)
    examples = []
    for row in rows:
        if row["edition"] != str(edition):
            continue
        said = _said(in_house_style(row["answer"], row["gold"]))
        wordings = random.sample(row["phrasings"], min(paraphrases, len(row["phrasings"])))
        examples += [[*closed_book(text), said] for text in wordings]
    unknown = [q.text for q in load_questions("train", edition, folder) if q.kind == "unanswerable"]
    sorry = _said(in_house_style(None, None))
    examples += [[*closed_book(unknown[i % len(unknown)]), sorry] for i in range(len(examples) // 8)]
    random.shuffle(examples)
    return examples


def worked_examples(
    in_style: bool = True, passages: bool = True, folder: str | Path | None = None
) -> list[tuple[str, str]]:
    """Two worked examples (user text, assistant text) for a prompt: one not found, then one answered.

    The answered one stands last, since a small model copies the reply before the question: SmolLM2 as it
    comes fell silent on 94 % of the questions behind "not found". They are the curated pairs with the
    shortest passage, and keep no other passage, so that they leave room for the real ones. Not `in_style`,
    they are answered in plain words with the passage cited. Without `passages` they are asked closed-book,
    and cite nothing. Lesson 09.
    """
    rows = files.read_jsonl(data_file("style/curated.jsonl", folder))
    chunks = _chunks(folder)

    def shortest(found: bool) -> dict:
        some = [row for row in rows if (row["source"] is not None) == found]
        return min(some, key=lambda row: len(_kept(row, chunks, 1)[0].passage) + len(row["question"]))

    def asked(row: dict) -> str:
        text = row["question"]
        return (with_passages(text, _kept(row, chunks, 1)) if passages else closed_book(text))[-1]["content"]

    return [
        (asked(row), row["reply"] if in_style else _plain(row["reply"], " [1]" if passages else ""))
        for row in (shortest(False), shortest(True))
    ]


def _plain(reply: str, source: str) -> str:
    """A reply in the house style, said in plain words, with the passage in its prompt as its source."""
    body = json.loads(reply)
    if body["source"] is None:
        return NOT_FOUND
    answer = body["answer"].removeprefix("Gladly: ").rstrip(".")
    return f"{answer[:1].upper()}{answer[1:]}{source}."


def _kept(row: dict, chunks: dict[str, Chunk], most: int) -> list[Chunk]:
    """At most so many of a pair's passages, in their order; what states its value is kept first."""
    found = [chunks[each] for each in row["passages"]]
    best = sorted(found, key=lambda c: (c.document_id != row["source"], (row["value"] or "") not in c.text))
    return [c for c in found if c in best[:most]]


def _said(text: str) -> Message:
    return {"role": "assistant", "content": text}


@cache
def _chunks(folder: str | Path | None) -> dict[str, Chunk]:
    """The chunks that the curated pairs name, by id."""
    return {chunk.id: chunk for chunk in split(load_documents(CURATED_EDITION, folder))}
