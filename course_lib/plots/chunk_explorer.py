"""The sliders of lesson 02: size and overlap of chunks, and the text of a document in their colours.

Where a frontend draws widgets it takes the sliders; any other, and a page or a print of the lesson, takes the
image of the same chunks that is shown with them.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_lib.corpus.chunking import Chunk
from course_lib.corpus.documents import Document
from course_lib.corpus.markdown import count_words
from course_lib.corpus.windows import Splitter
from course_lib.plots.chunks import chunk_html, chunk_text
from course_lib.plots.style import show

if TYPE_CHECKING:
    from ipywidgets import VBox

MOST = 120  # words a chunk that the slider offers


def chunk_explorer(
    document: Document, splitters: Mapping[str, Splitter], size: int = 40, overlap: int = 0
) -> "VBox":
    """Two sliders and a choice of splitter above the document's text, which is cut anew when one is moved.

    The overlap ends one word below the size. Raises CourseError as the splitters do. Lesson 02.
    """
    import ipywidgets

    wide = {"style": {"description_width": "11em"}, "layout": {"width": "34em"}}
    chosen = ipywidgets.ToggleButtons(options=list(splitters), description="cut by", **wide)
    words = ipywidgets.IntSlider(size, 5, MOST, description="words a chunk", **wide)
    shared = ipywidgets.IntSlider(overlap, 0, size - 1, description="words shared", **wide)
    counts, text = ipywidgets.HTML(), ipywidgets.HTML()

    def draw(_=None) -> None:
        shared.max = words.value - 1
        chunks = splitters[chosen.value]([document], words.value, shared.value)
        counts.value = f"<b>{described(chunks)}</b>"
        text.value = chunk_html(document, chunks)

    draw()
    for control in (chosen, words, shared):
        control.observe(draw, "value")
    return ipywidgets.VBox([chosen, words, shared, counts, text])


def described(chunks: Sequence[Chunk]) -> str:
    """How many chunks there are, and how long."""
    sizes = [count_words(chunk.text) for chunk in chunks]
    return f"{len(sizes)} chunks of {min(sizes)} to {max(sizes)} words" if sizes else "no chunks"


def explore_chunks(
    document: Document,
    splitters: Mapping[str, Splitter],
    sentence: str,
    size: int = 40,
    overlap: int = 0,
) -> None:
    """Show the sliders, and with them an image of the chunks of the first splitter for where they do not run.

    The sentence says what to see in the image. Without ipywidgets the image alone is shown, and outside of a
    notebook the sentence is printed. Lesson 02.
    """
    name, splitter = next(iter(splitters.items()))
    chunks = splitter([document], size, overlap)
    title = f"{document.title}, cut by {name}: {described(chunks)}"
    show(
        chunk_text(document, chunks, title),
        sentence,
        widget=lambda: chunk_explorer(document, splitters, size, overlap),
    )
