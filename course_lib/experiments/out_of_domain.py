"""Two retrieval tasks that are not the company's: what a tuned retriever may lose; lesson 04.

Python's own documentation: the first sentence of a function's docstring asks for the rest of it. The school
reader: questions about pages of other organisations that do not exist either.
"""

import ast
import re
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Question

Task = tuple[list[Chunk], list[Question]]
NO_LIBRARY = {"test", "tests", "idlelib", "idle_test", "lib2to3", "turtledemo", "site-packages", "ensurepip"}
DOCSTRINGS = 600
PAGES = 160


def docstring_task() -> Task:
    """Public functions and methods of the standard library, as Python's own version has them.

    The question is the docstring's first paragraph if that is one sentence of 5 to 30 words; the passage is
    the rest, 15 to 120 words without examples (`>>>`), and without the question's sentence. Equal questions
    and equal passages are left out, and of what remains DOCSTRINGS are drawn with a fixed seed.
    """
    found: dict[str, str] = {}
    for text in _docstrings(Path(sysconfig.get_paths()["stdlib"])):
        first, _, rest = text.partition("\n\n")
        asked, passage = " ".join(first.split()), " ".join(rest.split())
        sentence = asked.rstrip(".")
        long_enough = 5 <= len(sentence.split()) <= 30 and 15 <= len(passage.split()) <= 120
        one = not re.search(r"[.!?:]\s", sentence) and ">>>" not in text and sentence not in passage
        if long_enough and one and asked not in found and passage not in found.values():
            found[asked] = passage
    drawn = Random(0).sample(sorted(found.items()), min(DOCSTRINGS, len(found)))
    chunks, questions = [], []
    for number, (asked, passage) in enumerate(drawn):
        chunks.append(_chunk(f"py{number}", "", "", passage))
        questions.append(_question(f"py{number}", asked, f"py{number}"))
    return chunks, questions


def reader_task(pages: Sequence[Sequence[Any]]) -> Task:
    """PAGES pages of the school reader with values drawn at random: every section is a passage, and up to two
    of its blanks are asked for, each in one of its wordings.

    `pages` are those of the reader, each as its sections: the world leans on experiments, not they on it.
    """
    rng = Random(0)
    chunks, questions = [], []
    for page in rng.sample(pages, PAGES):
        for section in page:
            name, text = f"reader{len(chunks)}", section.text
            for blank in section.blanks:
                text = text.replace("{" + blank.name + "}", blank.fill(rng, set()))
            chunks.append(_chunk(name, section.title, section.heading, text))
            for blank in rng.sample(section.blanks, min(2, len(section.blanks))):
                wording = rng.choice(blank.relation.questions + blank.relation.casual)
                questions.append(_question(f"{name}-{blank.name}", wording, name))
    return chunks, questions


def _docstrings(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        if NO_LIBRARY & set(path.relative_to(folder).parts):
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield ast.get_docstring(node) or ""


def _chunk(name: str, title: str, heading: str, text: str) -> Chunk:
    return Chunk(name, name, title, heading, text, "", "", 0, len(text))


def _question(name: str, text: str, gold: str) -> Question:
    return Question(name, text, None, (gold,), "", "", "", "", "", "test", fact=gold)
