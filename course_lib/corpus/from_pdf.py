"""The text of a PDF, page after page, words that were broken at the end of a line made whole again.

What it does not do: read pictures (a scan has no text), find headings or tables (a PDF only knows where each
letter stands), or take away page numbers and running heads.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.corpus.from_text import escaped
from course_lib.errors import DataError

if TYPE_CHECKING:
    from pypdf import PdfReader

SOFT = "\u00ad"  # the hyphen that shows only where a line ends
# From the beginning of a word on, and never back: a run of letters without end is passed once.
BROKEN = re.compile(rf"(?<!\w)(?<!\w-)(\w++(?:-\w++)*+)([-\u2010{SOFT}])\n[ \t]*+(\w++(?:-\w++)*+)")
BULLET = re.compile(r"^[ \t]*[•◦▪‣●][ \t]*", re.MULTILINE)
# Ligatures ("ﬁ") as the letters that a search looks for; no control characters, which no text file may hold.
CLEAN = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
CLEAN |= dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000)])


@dataclass(frozen=True)
class Pdf:
    """What a PDF says: its own title (empty if it has none), its text, and its pages (from 1) without any."""

    title: str
    text: str
    pages: int
    silent: tuple[int, ...]


def read_pdf(path: Path) -> Pdf:
    """The text of a PDF as Markdown, a blank line between pages, and what its form's fields hold below.

    Raises DataError for a file that is damaged, that asks for a password, or that has no text on any page.
    """
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it grumbles about, it has mended
    try:
        reader = PdfReader(path)
        pages = [page.extract_text().translate(CLEAN).strip() for page in reader.pages]
        if not pages:
            raise ValueError("it has no pages")
        title = str((reader.metadata and reader.metadata.title) or "").translate(CLEAN)
        form = _form(reader)
    except (FileNotDecryptedError, DependencyError):  # an empty password was tried
        raise DataError(f"The file {path} is encrypted.", next_step="save it without a password") from None
    except Exception as error:  # a damaged file may fail in any way
        reason = " ".join(str(error).translate(CLEAN).split()).rstrip(".") or type(error).__name__
        raise DataError(
            f"The file {path} is damaged, or no PDF: {reason}.",
            next_step="if a viewer opens it, print it to a PDF anew",
        ) from None
    if not any(pages) and not form:
        raise DataError(
            f"The file {path} has no text layer on any of its pages ({len(pages)}), as a scan has none.",
            next_step="let a program for text recognition (OCR) write one into it",
        )
    text = BULLET.sub("- ", join_broken_words("\n\n".join(filter(None, [*pages, form]))))
    silent = tuple(number for number, page in enumerate(pages, start=1) if not page)
    return Pdf(title, escaped(text), len(pages), silent)


def _form(reader: "PdfReader") -> str:
    """The fields of a form that are filled in, "name: value" on a line each; no page's text holds them."""
    lines = []
    for name, field in (reader.get_fields() or {}).items():
        value = field.get("/V")
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        filled = " ".join(str(value or "").removeprefix("/").split())
        if filled and filled != "Off" and field.get("/FT") != "/Sig":
            lines.append(f"{field.get('/TU') or name}: {filled}")
    return "\n".join(lines).translate(CLEAN)


def join_broken_words(text: str) -> str:
    """Join what a hyphen at the end of a line broke: "mainte-", "nance" becomes "maintenance".

    The hyphen itself stays beside a figure or a capital ("PR-201"), in a word with other hyphens, and where
    the text has the word with it elsewhere ("long-term"). A compound that stands only once, broken at its
    hyphen, loses it: nothing on the page tells it from the rest.
    """
    known = set(re.findall(r"\w+(?:-\w+)*", text.lower()))

    def joined(found: re.Match[str]) -> str:
        first, hyphen, last = found.groups()
        whole, compound = first + last, f"{first}-{last}"
        if hyphen == SOFT or whole.lower() in known:
            return whole
        stays = "-" in whole or not first[-1].isalpha() or not last[0].islower() or compound.lower() in known
        return compound if stays else whole

    return BROKEN.sub(joined, text)
