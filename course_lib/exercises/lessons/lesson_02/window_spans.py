"""Exercise 2.1: windows with an overlap, none within another."""

from course_lib.exercises.judging import exercise, like, when


def window_spans(count: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """The windows over `count` words, as (first word, word behind the last), counted from 0.

    Each window holds `size` words and begins with the last `overlap` words of the one before (overlap is
    smaller than size). The last window ends with the text and may be shorter. Stop there: no window lies
    wholly within another. No words, no windows.
    """
    spans = []
    start = 0
    while start < count:
        spans.append((start, min(start + size, count)))
        if start + size >= count:
            break
        start += size - overlap
    return spans


def _windows(step=None, ends=None, more=None):
    """A wrong program: another step, other ends, or other windows than the right ones."""

    def wrong(count, size, overlap):
        starts = [start for start, _ in window_spans(count, size, overlap)]
        if step is not None:
            starts = list(range(0, count, step(size, overlap)))
        spans = [(start, min(start + size, count)) for start in starts]
        spans = [(start, ends(start, end, size)) for start, end in spans] if ends else spans
        return more(spans, count, size) if more else spans

    return wrong


WINDOWS = exercise(
    "2.1",
    "Windows with an overlap",
    window_spans,
    cases=((10, 4, 1), (9, 4, 0), (11, 5, 2), (12, 4, 0), (10, 4, 2), (3, 5, 1), (0, 4, 1)),
    mistakes=(
        like(_windows(step=lambda size, overlap: size), "no-overlap",
             "Your windows share nothing: each begins where the last one ended. It begins `overlap` words "
             "earlier, so the step from start to start is `size - overlap`."),
        like(_windows(step=lambda size, overlap: size - overlap), "window-in-a-window",
             "The last window lies wholly within the one before: it holds no new word, and yet a search may "
             "find it. Stop as soon as a window reaches the end of the text."),
        like(_windows(step=lambda size, overlap: overlap or size), "step-is-the-overlap",
             "You go forward by `overlap`. That is how many words two windows share; the step is "
             "`size - overlap`."),
        like(_windows(step=lambda size, overlap: size + overlap), "leaves-gaps",
             "You go forward by `size + overlap`, so the words between two windows stand in none. The step "
             "is `size - overlap`."),
        like(_windows(ends=lambda start, end, size: start + size), "beyond-the-end",
             "The last window ends behind the text. A slice forgives that; a count of words does not: "
             "`min(start + size, count)`."),
        like(_windows(ends=lambda start, end, size: end - 1), "last-word-inside",
             "Your ends are the last word itself. The end of a span is the word *behind* it, as in "
             "`words[start:end]`."),
        like(_windows(more=lambda spans, count, size: [s for s in spans if s[1] - s[0] == size]),
             "rest-lost",
             "The rest of the text is lost: the last window may be shorter than `size`, and what stands in "
             "no chunk is never found."),
        like(_windows(ends=lambda start, end, size: end - start), "start-and-length",
             "You return (start, length). The second number is the word behind the last."),
        like(_windows(more=lambda spans, count, size: [start for start, _ in spans]), "starts-only",
             "You return where the windows begin. Each needs its end too: `(start, end)`."),
        like(_windows(more=lambda spans, count, size: [(s + 1, e) for s, e in spans]), "counted-from-one",
             "You count words from 1. The first word is word 0."),
        like(_windows(more=lambda spans, count, size: spans or [(0, 0)]), "empty-window",
             "A text without words has no windows: the list is empty."),
        when(lambda run: isinstance(run.returned[0], list | str) and isinstance(run.returned[0][0], str),
             "words-not-spans",
             "Return the spans, two numbers each: where a chunk stands is what a citation needs."),
    ),
    hints=(
        ("My windows share too much or too little",
         "From one start to the next it is `size - overlap` words."),
        ("I have one window too many", "Stop once a window has reached the last word."),
        ("My last window ends behind the text", "`min(start + size, count)` ends it with the text."),
    ),
    why="The step is what is new in each window, so an overlap of a quarter makes a third more chunks to "
        "embed and to store. Spans instead of texts keep the way back: whoever holds (start, end) can show "
        "where a passage stands, and see whether two hits are the same words twice.",
)
