"""HTML as the Markdown that split() reads: headings with #, lists with dashes, tables with bars, fenced code.

What it leaves out: scripts, styles, navigation, footers, buttons and what the page hides; where the page
names its main part, only that is read. A link keeps its words, and of a picture its description stays.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.corpus.from_text import escaped, heading
from course_lib.corpus.html_cleaning import BLOCKS, HEADINGS, LISTS, cleaned
from course_lib.corpus.html_tables import at_once, tidy
from course_lib.corpus.markdown import HEADING_WORDS
from course_lib.corpus.words import count_words

if TYPE_CHECKING:
    from bs4.element import Tag


def as_markdown(html: str, path: Path) -> tuple[str, str]:
    """The page's title (its <title>, else its first <h1>, else empty) and its text as Markdown.

    Raises DataError, naming the path, for a page that cannot be parsed.
    """
    page = cleaned(html, path)
    titles = [" ".join(tidy(tag.get_text()).split()) for tag in (page.find("title"), page.find("h1")) if tag]
    for tag in page("title"):
        tag.decompose()
    writer = _Writer()
    writer.read(page.find("main") or page)
    if not writer.written:  # an empty main part waits for a script
        writer.read(page)
    named = (title for title in titles if title and count_words(title) <= HEADING_WORDS)
    return next(named, ""), "".join(writer.written)


class _Writer:
    """The blocks written so far, and where in the page the reading is.

    A block ends where the next one begins, so an end tag that HTML lets a page omit is not missed; and the
    tree is walked without recursion, as such pages nest as deep as they are long.
    """

    def __init__(self) -> None:
        self.written: list[str] = []
        self._inline: list[str] = []
        self._after_item = False
        self._heading = 0  # the level of the one that is open
        self._headed = False  # whether it has words: a paragraph then shows that its end tag is missing
        self._lists: list[tuple[int, int] | None] = []  # of each open list: the next number, and the step
        self._marker = ""  # of the item that begins

    def read(self, root: "Tag") -> None:
        from bs4.element import PreformattedString, Tag

        names, children = [root.name], [iter(root.children)]
        while children:
            node = next(children[-1], None)
            if node is None:
                children.pop()
                self._end(names.pop())
            elif isinstance(node, Tag):
                block = at_once(node)
                if block is None:
                    self._start(node)
                    names.append(node.name)
                    children.append(iter(node.children))
                elif block:
                    self._flush()
                    self._write(block)
            elif not isinstance(node, PreformattedString):  # that is a comment or a doctype
                self._inline.append(node)
        self._flush()

    def _start(self, tag: "Tag") -> None:
        name = tag.name
        if self._heading and name in ("p", *LISTS) and (self._headed or tidy("".join(self._inline))):
            self._flush()
            self._heading = 0
        if name == "dd" and tidy("".join(self._inline)):
            self._inline.append(": ")  # a term and what it means share a line
        elif name in BLOCKS or name == "dd":
            self._flush()
        if name in HEADINGS:
            self._heading, self._headed = int(name[1]), False
        elif name in LISTS:
            self._lists.append(_numbers(tag) if name == "ol" else None)
        elif name in ("li", "dt") and self._lists:
            self._marker = "- "
            if numbers := self._lists[-1]:
                number = _whole_number(tag.get("value"), numbers[0])
                self._lists[-1] = number + numbers[1], numbers[1]
                self._marker = f"{number}. "

    def _end(self, name: str) -> None:
        if name in BLOCKS and name != "dt":
            self._flush()
        if name in HEADINGS:
            self._heading = 0
        elif name in LISTS:
            self._lists.pop()

    def _flush(self) -> None:
        """Write the words read since the last block as a heading, an item or a paragraph."""
        text = tidy("".join(self._inline))
        self._inline.clear()
        if not text:
            return
        if self._heading:
            self._write(heading(self._heading, " ".join(text.rstrip("¶").split())))
            self._marker, self._headed = "", True
            return
        text = escaped(text)
        if self._lists:
            indent = "  " * (len(self._lists) - 1)
            first = indent + (self._marker or "  ")
            self._write(first + text.replace("\n", f"\n{indent}  "), item=True)
        else:
            self._write(text)
        self._marker = ""

    def _write(self, block: str, item: bool = False) -> None:
        gap = "\n" if item and self._after_item else "\n\n"
        self.written.append(gap + block if self.written else block)
        self._after_item = item


def _numbers(tag: "Tag") -> tuple[int, int]:
    """The first number of an ordered list, and what to add for the next."""
    if tag.has_attr("reversed"):
        return _whole_number(tag.get("start"), len(tag.find_all("li", recursive=False))), -1
    return _whole_number(tag.get("start"), 1), 1


def _whole_number(value: object, otherwise: int) -> int:
    return int(str(value)) if re.fullmatch(r"-?[0-9]{1,9}", str(value)) else otherwise
