"""Showing a message below a cell: Markdown where it can be drawn, else plain text; the same words in both."""

import sys
from typing import Literal

Kind = Literal["correct", "not yet", "not attempted", "note"]

# Words and signs carry the meaning; the coloured edge, visible on light and dark pages, only repeats it.
SIGNS = {"correct": "✓ Correct", "not yet": "▲ Not yet", "not attempted": "○ Not attempted", "note": ""}
EDGES = {"correct": "#1b8a5a", "not yet": "#c27400", "not attempted": "#808080", "note": "#4a7fb5"}


def show_card(kind: Kind, heading: str, body: str = "") -> None:
    """Show a message with its sign, a heading and a body in Markdown."""
    title = " · ".join(part for part in (SIGNS[kind], heading) if part)
    markdown = f"**{title}**\n\n{body}" if body else f"**{title}**"
    style = f"border-left: 4px solid {EDGES[kind]}; padding: 2px 12px"
    show(f'<div style="{style}">\n\n{markdown}\n\n</div>', f"{title}\n{body}".rstrip())


def show(markdown: str, text: str) -> None:
    """Show one thing in two forms through IPython, or print the plain one where no IPython runs."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display({"text/plain": text, "text/markdown": markdown}, raw=True)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))  # a console without these signs must not raise
