"""The text of a PDF, page after page, words that were broken at the end of a line made whole again.

What it does not do: read pictures (a scan has no text), find headings or tables (a PDF only knows where each
letter stands), or take away page numbers and running heads.
"""

import re
import unicodedata
from pathlib import Path

from course_lib.errors import DataError

SOFT = "\u00ad"  # the hyphen that shows only where a line ends
BROKEN = re.compile(rf"(\w+(?:-\w+)*)([-\u2010{SOFT}])\n[ \t]*(\w+(?:-\w+)*)")
BULLET = re.compile(r"^[ \t]*[•◦▪‣●][ \t]*", re.MULTILINE)
# Ligatures ("ﬁ") as the letters that a search looks for; no control characters, which no text file may hold.
CLEAN = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
CLEAN |= dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000)])


def read_pdf(path: Path) -> tuple[str, str]:
    """The PDF's own title (empty if it has none) and its text, a blank line between pages.

    Pages without text are passed over. Raises DataError for a file that is damaged, that asks for a password,
    or that has no text on any page.
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
    except (FileNotDecryptedError, DependencyError):  # an empty password was tried
        raise DataError(f"The file {path} is encrypted.", next_step="save it without a password") from None
    except Exception as error:  # a damaged file may fail in any way
        reason = " ".join(str(error).translate(CLEAN).split()).rstrip(".") or type(error).__name__
        raise DataError(
            f"The file {path} is damaged, or no PDF: {reason}.",
            next_step="if a viewer opens it, print it to a PDF anew",
        ) from None
    if not any(pages):
        raise DataError(
            f"The file {path} has no text layer on any of its pages ({len(pages)}), as a scan has none.",
            next_step="let a program for text recognition (OCR) write one into it",
        )
    return title, BULLET.sub("- ", join_broken_words("\n\n".join(filter(None, pages))))


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
