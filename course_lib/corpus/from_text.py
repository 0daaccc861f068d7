"""Text that is not Markdown, as Markdown: what would be taken for its marks gets a backslash."""

import re

# What opens a heading, fenced code, or HTML that ends at its end tag alone; what underlines a heading or the
# header of a table.
OPENS = re.compile(r"#{1,6}(?:[ \t]|$)|```|~~~|<(?:[!?]|(?:script|pre|style|textarea)\b)", re.IGNORECASE)
UNDERLINES = re.compile(r"(?:=+|[-:|][-:| \t]*)[ \t]*$")
PUNCTUATION = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
# A picture within the text itself: its name says nothing that could be found or read.
DATA_URI = re.compile(r"data:(?:\w{1,40}/|;)[^\s,()<>\"']{0,100},[^\s()<>\"']{40,}")


def escaped(text: str) -> str:
    """The text with a backslash before each line's first letter that Markdown would take for a mark.

    Bars, dashes and numbers of lists stay as they are where they do no more than they say.
    """
    done, above = [], False
    for line in text.split("\n"):
        bare = line.lstrip(" \t")
        indent = line[: len(line) - len(bare)]
        if OPENS.match(bare) or (above and UNDERLINES.match(bare)):
            line = f"{indent}\\{bare}"
        above = bool(bare)
        done.append(line)
    return "\n".join(done)


def heading(level: int, text: str) -> str:
    """A line that Markdown reads as a heading of just these words, a # at their end and backslashes too."""
    text = PUNCTUATION.sub(r"\\\\", text)
    bare = text.rstrip("#")
    if bare != text and (not bare or bare[-1].isspace()):
        text = f"{bare}\\{text[len(bare) :]}"
    return f"{'#' * level} {text}"


def fenced(code: str) -> str:
    """A block of code, its fence longer than any that the code holds."""
    mark = "~" if "```" in code else "`"
    longest = max(map(len, re.findall(rf"{mark}+", code)), default=0)
    fence = mark * max(3, longest + 1)
    return f"{fence}\n{code}\n{fence}"


def without_data_uris(text: str) -> str:
    """The text without pictures that are written into it, letter by letter."""
    return DATA_URI.sub("", text)
