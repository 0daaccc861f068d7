"""Questions drafted from the documents' own sentences and tables, for a person to correct.

A draft asks for a value that one sentence or one row of a table states: a number with its unit, a date, a
code, a name. It is made by rules, so it is crude, and it repeats the document's words, which makes it easier
to find than what people ask. What this module does not do: ask across two documents.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.arguments import whole_number
from course_lib.corpus.documents import Document
from course_lib.corpus.markdown import CODE, blocks_of_kinds
from course_lib.corpus.words import count_words
from course_lib.errors import DataError
from course_lib.evaluation.evidence import Statement, statements
from course_lib.generation.values import OPENING, RULES, VALUE, states

DRAFTS = 40
ASKS = {  # a value's rule -> what asks for it in its place
    "date": "which date",
    "month": "which month",
    "weekday": "which day",
    "time": "what time",
    "code": "which code",
    "labelled number": "which number",
    "rate": "how often",
    "number": "what number",
    "name": "who or what",
}
FEWEST, MOST = 6, 35  # words of a sentence that is asked about
CELL_WORDS = 6  # of a table's cell that is asked for
POINTING = re.compile(r"(?:It|This|That|These|Those|They|He|She|We|You|Here|There|Such|Both)\b")
MARKUP = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|!?\[([^\]]*)\]\([^)]*\)")
# What is cut behind one of these is half a sentence, before the cut and after it: "St. Neot's".
SHORT = r"St Dr Mr Mrs Ms Prof No Nr vs approx Inc Ltd Co Jr Sr e\.g i\.e cf Fig Vol [A-Z]"
ABBREVIATED = re.compile(rf"\b(?:{SHORT.replace(' ', '|')})\.$")
UNFIT = re.compile(r"https?://|[|{}<>=\\]|\[\d")  # links, code, tables, footnotes


@dataclass(frozen=True)
class Draft:
    """A question as it stands in the file: what is asked, the value, the document, and what it came from."""

    question: str
    answer: str
    document: str
    kind: str  # "sentence" or "table"
    draft: str  # "yes" until a person has looked at it
    source: str


def draft_questions(documents: Sequence[Document], n: int = DRAFTS, seed: int = 0) -> list[Draft]:
    """At most n drafts, one a document in turn, those of tables and of sentences mixed.

    Only as many documents are looked at as it takes; the same seed gives the same drafts. Raises DataError if
    no sentence or row states a value that can be asked for.
    """
    n, random = whole_number(n, "n"), Random(seed)
    order = random.sample(list(documents), len(documents))
    found, asked = [], set()
    waiting = [candidates(document, Random(f"{seed} {document.id}")) for document in order]
    while waiting and len(found) < n:
        left = []
        for drafts in waiting:
            draft = next((each for each in drafts if each.question.casefold() not in asked), None)
            if draft is None:
                continue
            asked.add(draft.question.casefold())
            found.append(draft)
            left.append(drafts)
            if len(found) == n:
                break
        waiting = left
    if not found:
        raise DataError(
            "No sentence and no row of a table states a value that could be asked for by rules.",
            allowed="documents that state numbers, dates, codes or names",
            next_step="write the questions yourself: a CSV with the columns question, answer, document",
        )
    return found


def write_drafts(path: str | Path, drafts: Sequence[Draft]) -> Path:
    """Write drafts as a CSV that a spreadsheet opens and `read_sheet` reads; return its path."""
    written = io.StringIO()
    writer = csv.DictWriter(written, [field.name for field in fields(Draft)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(draft) for draft in drafts)
    return files.write_atomically(path, "\ufeff" + written.getvalue())  # the mark tells Excel: UTF-8


def candidates(document: Document, random: Random) -> Iterator[Draft]:
    """The drafts that one document gives, rows of tables and sentences in turn."""
    blocks = blocks_of_kinds(document.text, 0, len(document.text))
    code = [range(start, end) for kind, start, end in blocks if kind == CODE]
    found = [
        each
        for each in statements([document])[document.id]
        if not any(each.start in some for some in code)
    ]
    rows = [each for each in found if each.is_row]
    others = [each for each in found if not each.is_row]
    random.shuffle(rows)
    random.shuffle(others)
    kinds = [_of_rows(document, rows, random), _of_sentences(document, others)]
    while kinds:
        for kind in list(kinds):
            draft = next(kind, None)
            if draft is None:
                kinds.remove(kind)
            else:
                yield draft


def _of_rows(document: Document, rows: Sequence[Statement], random: Random) -> Iterator[Draft]:
    of_rows = [_cells(document.text, row.start) for row in rows]
    names = Counter(cells[0] for cells in of_rows)
    for row, cells in zip(rows, of_rows, strict=True):
        header = _cells(document.text, row.header_start)
        if len(cells) != len(header) or len(cells) < 2 or names[cells[0]] > 1 or not cells[0]:
            continue
        fit = [at for at in range(1, len(cells)) if header[at] and _fits_cell(cells[at])]
        if fit:
            at = random.choice(fit)
            asked = f"According to “{document.title}”, what is “{header[at]}” of {cells[0]}?"
            if not states(asked, cells[at]):
                yield Draft(asked, cells[at], document.id, "table", "yes", f"“{' | '.join(cells)}”")


def _of_sentences(document: Document, others: Sequence[Statement]) -> Iterator[Draft]:
    for each in others:
        whole = document.text[each.start : each.end + 1].rstrip()
        sentence, ended = _plain(each.text).rstrip(".!"), whole.endswith((".", "!"))
        fits = FEWEST <= count_words(sentence) <= MOST and not POINTING.match(sentence)
        half = any(map(ABBREVIATED.search, (whole, document.text[: each.start].rstrip())))
        if half or not (ended and fits) or UNFIT.search(sentence):
            continue
        if asked := _asked(sentence):
            question, value = asked
            question = f"According to “{document.title}”: {question}?"
            if states(each.text, value) and not states(question, value):
                yield Draft(question, value, document.id, "sentence", "yes", f"“{sentence}.”")


def _asked(sentence: str) -> tuple[str, str] | None:
    """A sentence with its most telling value replaced by what asks for it, and the value."""
    rules = list(RULES)
    found = []
    for match in VALUE.finditer(sentence):
        rule, value = rules[int(match.lastgroup[1:])], match[0]
        opens = OPENING.search(sentence[: match.start()])
        if opens and rule in ("name", "number"):
            continue
        if rule in ("number", "labelled number") and _cut(sentence, match):
            continue
        if rule == "measure":
            unit = re.sub(r"^[0-9.,\s]+", "", value)
            found.append((0, match, f"how many {unit}"))
        else:
            found.append((1 + list(ASKS).index(rule), match, ASKS[rule]))
    if not found:
        return None
    _, match, ask = min(found, key=lambda each: each[0])
    return f"{sentence[: match.start()]}{ask}{sentence[match.end() :]}", match[0]


def _cut(sentence: str, match: re.Match[str]) -> bool:
    """Whether more digits stand right beside a number: a decimal comma, or a telephone number in groups."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    return bool(re.search(r"\d[.,/ -]$", before) or re.match(r"[.,/ -]\d", after))


def _plain(text: str) -> str:
    return " ".join(MARKUP.sub(lambda found: found[1] or "", text).split())


def _cells(text: str, at: int) -> list[str]:
    """The cells of the row of a table that has a place in a text, the empty ones too."""
    end = text.find("\n", at)
    row = text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end].strip()
    return [_plain(cell) for cell in row.removeprefix("|").removesuffix("|").split("|")]


def _fits_cell(cell: str) -> bool:
    short = 0 < count_words(cell) <= CELL_WORDS
    return short and not UNFIT.search(cell) and cell[0] not in "@+" and cell.casefold() not in ("yes", "no")
