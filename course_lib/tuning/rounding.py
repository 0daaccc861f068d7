"""Three ways to name sixteen levels with four bits, and how far each is off on given weights. Lesson 07.

All three divide a block by its largest absolute value first; they differ in where the levels stand. int4 has
them evenly spaced, fp4 close together towards 0 as floating point has, NF4 where normal weights are.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from course_lib.arguments import one_of
from course_lib.tuning import nf4
from course_lib.tuning.double_quantisation import dequantise_twice

if TYPE_CHECKING:
    import pandas as pd


def int4_levels() -> np.ndarray:
    """The 15 levels of a signed 4-bit integer, float32: -7 to 7 sevenths; one of the 16 codes is idle."""
    return (np.arange(-7, 8) / 7).astype(np.float32)


def fp4_levels() -> np.ndarray:
    """The 15 levels of bitsandbytes' 4-bit float, float32: a sign, two bits of exponent, one of fraction.

    0 has two codes, with either sign, so one of the 16 is idle here as well.
    """
    above = np.array([0.0625, 2, 3, 4, 6, 8, 12]) / 12  # 0.0625 where the exponent is 0
    return np.concatenate([-above[::-1], [0.0], above]).astype(np.float32)


LEVELS: dict[str, Callable[[], np.ndarray]] = {"int4": int4_levels, "fp4": fp4_levels, "nf4": nf4.levels}


def levels_of(kind: str) -> np.ndarray:
    """The levels of a four-bit type, float32, rising from -1 to 1; raises CourseError for an unknown one."""
    return LEVELS[one_of(kind, "four-bit type", tuple(LEVELS))]()


def rounded(weights: np.ndarray, kind: str = "nf4", double: bool = False) -> np.ndarray:
    """Weights as they come back from four bits of a type, float32 in their shape; scales in blocks of 64.

    With `double` the scales are held in 8 bits. Raises CourseError for an unknown type, and for weights that
    cannot be quantised. Lesson 07.
    """
    quantised = nf4.quantise(weights, table=levels_of(kind))
    return dequantise_twice(quantised) if double else nf4.dequantise(quantised)


def rounding_errors(weights: np.ndarray) -> "pd.DataFrame":
    """How far each type is off on these weights: a row a type, with NF4's scales also quantised.

    `error` is the root of the mean squared error, divided by that of the weights; `bits` are those that a
    weight takes. Raises CourseError for weights that cannot be quantised. Claim C09; lesson 07.
    """
    import pandas as pd

    size = float(np.sqrt(np.mean(np.square(weights, dtype=np.float64))))
    rows = []
    for kind, double in (*((kind, False) for kind in LEVELS), ("nf4", True)):
        off = np.asarray(weights, np.float64) - rounded(weights, kind, double)
        name = f"{kind}, double quantisation" if double else kind
        error = float(np.sqrt(np.mean(off**2))) / size if size else 0.0
        rows.append({"type": name, "bits": nf4.bits_per_weight(double=double), "error": error})
    return pd.DataFrame(rows).set_index("type")
