"""Exercise 2.3: whether chunks hold the evidence of an answer."""

from collections.abc import Sequence

from course_lib.exercises.comparing import plain
from course_lib.exercises.judging import exercise, like, when


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
