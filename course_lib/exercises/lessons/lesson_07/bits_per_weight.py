"""Exercise 7.2: the bits that a weight takes, its share of the scales included."""

from course_lib.exercises.judging import exercise, like


def bits_per_weight(
    bits: int, block: int, scale_bits: int, second_block: int, second_scale_bits: int
) -> float:
    """The bits that one weight takes with double quantisation, scales counted in.

    A weight has `bits` bits. Each block of `block` weights has a scale of `scale_bits` bits. These scales are
    quantised in blocks too: each `second_block` of them share a second scale of `second_scale_bits` bits.
    """
    return bits + scale_bits / block + second_scale_bits / (block * second_block)


BITS = exercise(
    "7.2",
    "Bits per weight",
    bits_per_weight,
    minutes=6,
    cases=((4, 64, 8, 256, 32), (4, 128, 8, 64, 16), (8, 32, 16, 16, 32)),
    mistakes=(
        like(lambda b, n, s, m, t: b + t / n, "no-double",
             "Here every block has a scale of full precision. In double quantisation a block's scale takes "
             "`scale_bits`; only one block in `second_block` pays for a full one."),
        like(lambda b, n, s, m, t: b + s / n + t / m, "second-scale-per-block",
             "A second scale serves `second_block` scales, each of which serves `block` weights: divide by "
             "both."),
        like(lambda b, n, s, m, t: b + s / n, "no-second-scale",
             "The second scales are missing. They are small, not 0."),
        like(lambda b, n, s, m, t: b + s + t, "scales-not-shared",
             "The scales are shared by a block: divide them."),
        like(lambda b, n, s, m, t: b + s / n + t / n, "second-scale-per-block",
             "A second scale serves `second_block` scales, each of which serves `block` weights: divide "
             "twice."),
        like(lambda b, n, s, m, t: bits_per_weight(b, n, s, m, t) / 8, "bytes",
             "These are bytes. Eight bits each."),
    ),
    hints=(
        ("I do not know what to divide by",
         "How many weights share one scale? How many share one second scale?"),
        ("I get 4.5", "That is without double quantisation: 4 + 32/64. With it, the scales have 8 bits."),
    ),
    why="4 + 8/64 + 32/(64 · 256) = 4.127 bits, so a weight shrinks by 16/4.127 = 3.88 from 16 bits. Only "
        "the quantised weights do: embeddings, activations and the adapter's training state do not.",
)
