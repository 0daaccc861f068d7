"""A page as its reader sees it: without its frame and what it hides, with what its form holds, signs for what
is raised.

What it does not do: read style sheets or run scripts.
"""

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.errors import DataError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

LEFT_OUT = ["script", "style", "noscript", "template", "nav", "footer", "svg", "iframe", "datalist"]
LEFT_OUT += ["annotation", "audio", "video", "canvas", "rp"]  # of the media only what stands in for them
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
LISTS = ["ul", "ol", "dl", "menu"]
BLOCKS = {*HEADINGS, *LISTS, "li", "dt", "p", "div", "section", "article", "main", "header", "aside", "body"}
BLOCKS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption", "hr"}
BLOCKS |= {"blockquote", "address", "details", "summary", "form", "fieldset", "legend", "html", "head"}
ENDED_BY = {"p": BLOCKS, "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "tbody", "tfoot"}}
ENDED_BY |= dict.fromkeys(["td", "th"], {"td", "th", "tr", "tbody", "tfoot"})
LINE_END = "\u2028"  # what <br> becomes; all other white space is one space
HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:opacity|font-size)\s*:\s*0[a-z%]*\s*(?:[;!]|$))",
    re.IGNORECASE,
)
UNSAID = {"hidden", "submit", "button", "reset", "image", "password", "file"}  # whose value is not shown
JOINED = re.compile(r"(?:st|nd|rd|th|ers?|res?|e|è?mes?|tm|sm|[^\w\s]+)", re.IGNORECASE)  # 1st, 2e, Kettle™
LOOK = 50  # how many nodes of a tag are looked at: an end tag that is missing must not cost the page twice


def cleaned(html: str, path: Path) -> "BeautifulSoup":
    """The page parsed; raises DataError, naming the path, if it cannot be."""
    from bs4 import BeautifulSoup
    from bs4.builder import ParserRejectedMarkup

    end = html.rfind(">") + 1  # below it no tag ends, and the parser would look for its end from each
    try:
        page = BeautifulSoup(html[:end] + html[end:].replace("<", "&lt;"), "html.parser")
    except (ParserRejectedMarkup, AssertionError) as error:
        raise DataError(
            f"The file {path} is not HTML: {error}.", next_step="mend its markup, or save it from a browser"
        ) from None
    unseen = [tag for tag in page(hidden=True) if str(tag["hidden"]).lower() != "until-found"]
    unseen += [tag for tag in page(style=True) if HIDDEN.search(str(tag["style"]))]
    unseen += [tag for tag in page("dialog") if not tag.has_attr("open")]
    unseen += [tag for tag in page("button") if _is_control(tag)]
    for tag in [*page(LEFT_OUT), *unseen]:
        if not tag.decomposed:
            _keep_what_follows(tag)
            tag.decompose()
    for tag in page("br"):
        tag.replace_with(LINE_END)
    for tag in page("img"):
        tag.replace_with(str(tag.get("alt", "")))
    for tag in page("input"):
        tag.replace_with(f" {_field(tag)} ")
    for tag in reversed(page("select")):
        _write_choice(tag)
    _write_raised(page)
    return page


def _keep_what_follows(tag: "Tag") -> None:
    """Move out of a tag without an end tag, which HTML lets it omit, what a browser shows behind it."""
    enders = ENDED_BY.get(tag.name, ())
    place: Tag | None = tag if enders else None
    while place is not None and (place is tag or place.name not in (*LISTS, "table")):
        children = list(place.children)
        ends = (number for number, each in enumerate(children) if each.name in enders)
        if behind := children[next(ends, len(children)) :]:
            tag.insert_after(*behind)
            return
        place = children[-1] if children and children[-1].name else None  # or in the last


def _is_control(button: "Tag") -> bool:
    """Whether a button only acts: it is no part of a heading, holds none, and unfolds no text."""
    inside = _first_nodes(button)
    if len(inside) == LOOK or any(node.name in BLOCKS for node in inside):
        return False
    above = {tag.name for tag in islice(button.parents, 10)}
    return not (button.has_attr("aria-expanded") or above & {*HEADINGS, "summary", "dt"})


def _first_nodes(tag: "Tag") -> list["PageElement"]:
    """The first nodes inside a tag, at most LOOK; `descendants` would look for the last one first."""
    found, waiting = [], [iter(tag.children)]
    while waiting and len(found) < LOOK:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        found.append(node)
        if node.name is not None:
            waiting.append(iter(node.children))
    return found


def _field(tag: "Tag") -> str:
    kind = str(tag.get("type", "text")).lower()
    if kind in ("checkbox", "radio"):
        return "[x]" if tag.has_attr("checked") else "[ ]"
    return "" if kind in UNSAID else str(tag.get("value", ""))


def _write_choice(select: "Tag") -> None:
    """The options that are chosen in the place of all, as a page shows them; the first where none is."""
    from bs4.element import PreformattedString

    options: list[tuple[bool, list[str]]] = []
    for node in select.descendants:
        if node.name in BLOCKS:
            return  # its end tag is missing: the rest of the page is no option
        if node.name == "option":
            options.append((node.has_attr("selected"), []))
        elif node.name is None and options and not isinstance(node, PreformattedString):
            options[-1][1].append(node)
    chosen = ["".join(words) for selected, words in options if selected]
    if options and not chosen and not select.has_attr("multiple"):
        chosen = ["".join(options[0][1])]
    select.replace_with(f" {', '.join(' '.join(words.split()) for words in chosen)} ")


def _write_raised(page: "BeautifulSoup") -> None:
    """Keep raised figures apart from those they stand at: 10^6; a note's number in brackets: 12 [1]."""
    for tag in page("sup"):
        inside = _first_nodes(tag)
        before = tag.previous_sibling
        if before is None or (before.name is None and not before.strip()):
            continue
        if len(inside) == LOOK or any(node.name in (*BLOCKS, "sup") for node in inside):
            tag.insert_before("^")
            continue
        words = " ".join(tag.get_text().split())
        note = tag.find("a", href=re.compile("^#"))
        if note or words.startswith(("[", "(")):
            tag.string = f" [{words.strip('[]()')}]" if note else f" {words}"
        elif words and not JOINED.fullmatch(words):
            tag.string = f"^({words})" if " " in words else f"^{words}"
    for name, sign in (("msup", "^"), ("mfrac", "/")):
        for tag in page(name):
            for second in tag.find_all(True, recursive=False)[1:2]:
                second.insert_before(sign)
