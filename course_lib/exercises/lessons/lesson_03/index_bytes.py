"""Exercise 3.3: the bytes of a flat and of a quantised index."""

import numpy as np

from course_lib.exercises.judging import exercise, like, when


def index_bytes(n: int, d: int, m: int, bits: int = 8) -> tuple[int, int]:
    """The bytes of n vectors with d dimensions in a flat index and in a product-quantised one, as (flat, pq).

    Flat keeps every number in 4 bytes (float32). Product quantisation cuts a vector into m pieces and keeps
    a code of `bits` bits for each; a vector's codes together fill whole bytes. Besides, it keeps one
    codebook for each of the m pieces: 2^bits centroids of d/m numbers in float32.
    """
    flat = n * d * 4
    codes = n * -(-m * bits // 8)  # rounded up to whole bytes
    codebooks = m * 2**bits * (d // m) * 4
    return flat, codes + codebooks


BYTES = exercise(
    "3.3",
    "The bytes of an index",
    index_bytes,
    minutes=8,
    cases=((1_000_000, 384, 48), (500, 384, 96), (10_000, 64, 8, 4), (3, 32, 1, 4)),
    mistakes=(
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8)), "no-codebooks",
             "The codes alone are no index: without the codebooks nobody can read them. Add their bytes."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * m * bits + 4 * 2**bits * d), "bits-not-bytes",
             "The codes are counted in bits. Eight bits are one byte."),
        like(lambda n, d, m, bits=8: (n * d * 8, n * -(-m * bits // 8) + 8 * 2**bits * d), "float64",
             "This is 8 bytes a number, NumPy's default. FAISS keeps float32, 4 bytes."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8) + 4 * m * 2**bits * d),
             "codebook-too-wide",
             "A codebook's centroids are only d/m numbers long: each codebook serves one piece of the "
             "vector."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * -(-m * bits // 8) + 4 * 2**bits * (d // m)),
             "one-codebook",
             "That is one codebook. Each of the m pieces has its own."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * m + 4 * 256 * d), "ignores-bits",
             "It is right for 8 bits only. Use `bits`, for the codes and for the number of centroids."),
        like(lambda n, d, m, bits=8: (n * d * 4, n * (m * bits // 8) + 4 * 2**bits * d), "rounded-down",
             "One code of 4 bits still takes a whole byte: round a vector's bytes up."),
        like(lambda n, d, m, bits=8: index_bytes(n, d, m, bits)[::-1], "swapped",
             "The two numbers are swapped: flat first."),
        when(lambda run: np.size(run.returned) != 2, "not-two",
             "Return two numbers: flat, then product-quantised."),
    ),
    hints=(
        ("My quantised index is larger than the flat one",
         "Codes are counted in bits: m · bits / 8 bytes a vector."),
        ("I am a little below",
         "Add the codebooks: m of them, each 2^bits centroids with d/m numbers of 4 bytes."),
        ("It fails with 4 bits", "`-(-x // 8)` divides by 8 and rounds up."),
    ),
    why="A million vectors take 1.54 GB flat and 48 MB in codes, a thirty-second. With 500 vectors the "
        "codebooks outweigh all the codes: compression pays only when there is much to compress.",
)
