"""Exercises of lesson 02: windows with an overlap, a table split under its header, whether chunks hold it."""

from collections.abc import Sequence

from course_lib.exercises.comparing import plain, same
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


def split_table(table: str, rows: int) -> list[str]:
    """A Markdown table cut into tables of at most `rows` rows, in order.

    The first two lines are its header (the names of the columns, and the rule of dashes); each part begins
    with both. The lines of a part are joined by line ends, with none behind the last. A table without rows
    comes back as it is, alone in a list.
    """
    names, rule, *body = table.splitlines()
    groups = [body[i : i + rows] for i in range(0, len(body), rows)] or [[]]
    return ["\n".join([names, rule, *group]) for group in groups]


def _grouped(lines: list[str], rows: int) -> list[list[str]]:
    return [lines[i : i + rows] for i in range(0, len(lines), rows)]


def _table(head=slice(0, 2), first=True, later=True, begin=2, keep=None):
    """A wrong program: other lines as header, or above other parts, or another idea of what a row is."""

    def wrong(table, rows):
        lines = table.splitlines()
        groups = _grouped(lines[begin:], rows) or [[]]
        groups = keep(groups, rows) if keep else groups
        parts = []
        for number, group in enumerate(groups):
            above = lines[head] if (first if number == 0 else later) else []
            parts.append("\n".join([*above, *group]))
        return parts

    return wrong


_PARTS = "| Part | Price |\n|---|---|\n| Lid | 4 EUR |\n| Seal | 2 EUR |\n| Cord | 9 EUR |\n| Base | 7 EUR |"
_CODES = "| Code | Is | Do |\n|---|---|---|\n| E1 | dry | fill |\n| E2 | hot | wait |\n| E3 | open | shut |"

TABLE = exercise(
    "2.2",
    "A table split under its header",
    split_table,
    cases=((_CODES, 2), (_PARTS, 2), (_PARTS, 3), (_PARTS, 9), ("| Code | Meaning |\n|---|---|", 2)),
    mistakes=(
        like(_table(later=False), "header-only-once",
             "Only the first part has a header. In the others nobody can tell what the numbers are: this is "
             "what most splitters do."),
        like(_table(head=slice(0, 1)), "no-rule",
             "The rule of dashes is missing. Without it the lines are no table to whoever reads Markdown: "
             "the header is two lines."),
        like(_table(head=slice(1, 2)), "rule-only",
             "You repeat the rule of dashes and not the names of the columns, which a reader lacks."),
        like(_table(begin=1), "rule-as-a-row",
             "The rule of dashes counts as a row, so the first part is a row short and has the rule twice. "
             "Rows begin with the third line."),
        like(_table(begin=0), "header-as-rows",
             "The header is cut up as if it were rows. Take the first two lines off before you count."),
        like(_table(begin=0, first=False, later=False), "header-as-rows",
             "The header is cut up as if it were rows. Take the first two lines off before you count, and "
             "put them on every part."),
        like(_table(first=False), "first-without-header",
             "The first part has lost its header. Once it is taken off, it goes back on *every* part."),
        like(_table(first=False, later=False), "no-header",
             "No part has a header: it was taken off and never put back."),
        like(_table(keep=lambda groups, rows: [g for g in groups if len(g) == rows] or groups), "rest-lost",
             "The last rows are lost where they do not fill a part. `body[i : i + rows]` keeps the rest."),
        when(lambda run: same([part.rstrip("\n") for part in run.returned], run.expected),
             "line-end-at-the-end",
             "A part ends with a line end too many: join its lines with `\"\\n\".join(…)`."),
        like(lambda table, rows: ["\n".join([*table.splitlines()[:2], line])
                                  for line in table.splitlines()[2:]] or [table], "one-row-each",
             "Each row is a part of its own. At most `rows` rows go together."),
        like(lambda table, rows: _table()(table, max(rows - 2, 1)), "header-counted",
             "The two lines of the header count towards `rows`. They come on top."),
        like(lambda table, rows: split_table(table, rows) if table.count("\n") > 1 else [], "empty-table",
             "A table without rows vanishes. It says at least what its columns would be: give it back as it "
             "is."),
        when(lambda run: isinstance(run.returned[0], list | tuple), "lists-not-texts",
             "A part is one text: join its lines with `\"\\n\".join(…)`."),
        when(lambda run: isinstance(run.returned, str), "one-text",
             "Return a list with a text for each part."),
        when(lambda run: "\n" not in "".join(run.returned), "lines-run-together",
             "The right lines, but not each on its own: join them with `\"\\n\"`."),
    ),
    hints=(
        ("I do not know where the rows begin",
         "`names, rule, *body = table.splitlines()` takes the header off."),
        ("My last rows are missing",
         "`body[i : i + rows]` for `i` in `range(0, len(body), rows)` keeps the rest."),
        ("It fails on a table without rows", "Then there is no group of rows: treat it as one empty group."),
    ),
    why="A row is a sentence whose verbs stand in the header. Alone it reads *E2, hot, wait*: found perhaps, "
        "and not understood. The header costs its words again in each part: the price of a part that can be "
        "read by itself.",
)


def holds_evidence(chunks: Sequence[tuple[int, int]], evidence: Sequence[tuple[int, int]]) -> bool:
    """Whether chunks of a document hold all the evidence; both are spans (start, end) of its characters.

    A chunk holds a piece of evidence if it covers it whole, ends included. Each piece must stand whole in
    some chunk; different pieces may stand in different chunks. With nothing to hold the answer is yes.
    """
    return all(any(start <= a and b <= end for start, end in chunks) for a, b in evidence)


def _covers(inside):
    return lambda chunks, evidence: all(any(inside(*chunk, *each) for chunk in chunks) for each in evidence)


def _every_letter(chunks, evidence):
    held = {place for start, end in chunks for place in range(start, end)}
    return all(set(range(a, b)) <= held for a, b in evidence)


def _one_chunk_for_all(chunks, evidence):
    return any(all(start <= a and b <= end for a, b in evidence) for start, end in chunks)


def _some_piece(chunks, evidence):
    return any(start <= a and b <= end for a, b in evidence for start, end in chunks)


def _every_chunk(chunks, evidence):
    return all(start <= a and b <= end for a, b in evidence for start, end in chunks)


def _the_best_chunk(chunks, evidence):
    return all(start <= a and b <= end for a, b in evidence for start, end in list(chunks)[:1])


HOLDS = exercise(
    "2.3",
    "Do the chunks hold the evidence",
    holds_evidence,
    minutes=8,
    imports="from collections.abc import Sequence",
    cases=(
        ([(0, 100), (300, 400)], [(320, 360)]),
        ([(0, 100), (300, 400)], [(20, 60)]),
        ([(0, 100), (100, 200)], [(80, 120)]),
        ([(0, 100), (100, 200)], [(100, 200)]),
        ([(0, 100), (80, 180)], [(90, 175)]),
        ([(0, 100), (300, 400)], [(20, 60), (310, 330)]),
        ([(0, 100), (300, 400)], [(20, 60), (390, 420)]),
        ([(30, 60)], [(20, 80)]),
        ([(0, 100)], [(90, 130)]),
        ([(50, 100)], [(20, 60)]),
        ([(0, 100)], []),
        ([], [(20, 60)]),
    ),
    mistakes=(
        like(_covers(lambda start, end, a, b: start < b and a < end), "touching-is-enough",
             "You ask whether chunk and evidence touch. Half a sentence is no evidence: the chunk must begin "
             "before it and end after it."),
        like(_covers(lambda start, end, a, b: start < a and b < end), "ends-not-included",
             "A chunk that is exactly the evidence holds it too: `<=` instead of `<`."),
        like(_covers(lambda start, end, a, b: a <= start and end <= b), "other-way-round",
             "You ask whether the evidence holds the chunk. It is the other way round."),
        like(_covers(lambda start, end, a, b: start <= a < end), "begin-only",
             "You look at the beginning only. The evidence must also *end* within the chunk."),
        like(_covers(lambda start, end, a, b: start < b <= end), "end-only",
             "You look at the end only. The evidence must also *begin* within the chunk."),
        like(_every_letter, "sum-of-two-chunks",
             "You count evidence as held of which two chunks hold a half each. In the prompt they stand "
             "apart, perhaps in another order: one chunk must hold a piece whole."),
        like(_one_chunk_for_all, "one-chunk-for-all",
             "You ask for one chunk with all the pieces. A question about two things may find them in two "
             "chunks."),
        like(_some_piece, "any-piece",
             "One piece is enough for you. A question with two parts is answered only if each is held: `all` "
             "over the evidence, `any` over the chunks."),
        like(_every_chunk, "every-chunk",
             "You ask every chunk to hold the evidence. One that does is enough: `any` over the chunks."),
        like(_the_best_chunk, "first-chunk-only",
             "Only the first chunk is looked at. The model reads all k."),
        like(lambda chunks, evidence: not holds_evidence(chunks, evidence), "turned-round",
             "The answer is turned round: True means that the evidence is there."),
        when(lambda run: not isinstance(plain(run.returned), bool), "not-a-bool",
             "Return True or False."),
    ),
    hints=(
        ("I count too much",
         "To hold is `start <= a and b <= end`, of one chunk. Touching, or two halves, do not count."),
        ("Questions with two parts come out wrong",
         "`all(… for a, b in evidence)` around `any(… for start, end in chunks)`."),
        ("It fails at the borders", "Spans end behind their last character, so equal ends are covered."),
    ),
    why="This is the measure of the lesson. By documents, as in lesson 01, a window that cuts the answer in "
        "two still counts as found, since it comes from the right document. By evidence it does not.",
)
