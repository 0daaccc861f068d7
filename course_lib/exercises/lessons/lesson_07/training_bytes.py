"""Exercise 7.3: the bytes of a training step, but for its activations."""

from course_lib.exercises.judging import exercise, like


def training_bytes(base: int, bits: float, trained: int) -> float:
    """The bytes of a training step with Adam: weights, gradients and moments; activations are left out.

    `base` weights are frozen and take `bits` bits each. Beside them `trained` numbers are trained. Each of
    these has 4 bytes, its gradient has 4, and Adam keeps two moments of it, 4 bytes each. Frozen weights have
    neither gradients nor moments. (A full tuning has no frozen weights: `base` is 0.)
    """
    return base * bits / 8 + trained * (4 + 4 + 2 * 4)


TRAINING_BYTES = exercise(
    "7.3",
    "What a training step takes",
    training_bytes,
    minutes=8,
    cases=((8_000_000_000, 4.127, 42_000_000), (0, 16.0, 494_000_000), (134_000_000, 16.0, 4_900_000)),
    mistakes=(
        like(lambda base, bits, n: base * bits / 8 + (base + n) * 16, "frozen-weights-trained",
             "The frozen weights are counted as trained too. Only the adapter's numbers have gradients and "
             "moments, and that is what LoRA saves."),
        like(lambda base, bits, n: base * bits / 8 + n * 16 + base * 4, "frozen-gradients",
             "Gradients are counted for the frozen weights. Nothing changes them, so nobody computes any."),
        like(lambda base, bits, n: base * bits / 8 + n * 12, "twelve-bytes",
             "A trained number takes 16 bytes here, and you count 12. Itself, its gradient, *two* moments: "
             "four numbers of 4 bytes."),
        like(lambda base, bits, n: base * bits / 8 + n * 8, "no-moments",
             "Adam's moments are missing: two numbers of 4 bytes for each one that is trained."),
        like(lambda base, bits, n: base * bits / 8 + n * 4, "adapter-alone",
             "These are the weights alone. A trained number also has a gradient and two moments."),
        like(lambda base, bits, n: base * bits + n * 16, "bits-as-bytes",
             "The base is counted in bits. Eight bits are a byte."),
        like(lambda base, bits, n: base * bits / 8 + n * (bits / 8 + 12), "trained-in-base-format",
             "Trained numbers are in 32 bits, whatever the base is in: small steps would be rounded away."),
        like(lambda base, bits, n: base / bits * 8 + n * 16, "bits-upside-down",
             "`bits` are those of one weight: more bits, more bytes. Multiply by bits / 8."),
    ),
    hints=(
        ("I do not know what has a gradient", "Only what is trained. The base is frozen: it takes its bits."),
        ("I do not know what a moment is",
         "Adam keeps two running means for each trained number, of 4 bytes each."),
        ("My number is several times too large", "`bits` are bits: divide by 8."),
    ),
    why="16 bytes a trained number is why a full tuning of 8 billion weights wants 128 GB before the first "
        "activation, and an adapter of 42 million 0.7 GB. The frozen base is then the largest part, and four "
        "bits shrink that.",
)
