"""NF4 by hand, in NumPy: sixteen levels, one scale for each block of 64 weights.

What this module does not do: compute with packed weights (bitsandbytes does, and a test holds this module's
codes and values equal to its own), quantise the scales a second time (double_quantisation.py), or know the
levels of other types (rounding.py). Lesson 07.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from course_lib.arguments import whole_number
from course_lib.errors import CourseError

BLOCK = 64  # weights that share a scale
SCALES_BLOCK = 256  # scales that share a second scale


@dataclass(frozen=True)
class Quantised:
    """Weights in 4 bits: a code 0–15 for each, uint8 (n,); each block's largest size, float32; the shape they
    had; and the levels that the codes stand for, NF4's where None.
    """

    codes: np.ndarray
    absmax: np.ndarray
    shape: tuple[int, ...]
    block: int = BLOCK
    table: np.ndarray | None = None


def levels() -> np.ndarray:
    """The 16 NF4 levels, float32, rising from -1 to 1 with an exact 0.

    Weights are roughly normal, so the levels stand at evenly spaced quantiles of a normal distribution:
    close together where most weights are. Eight steps reach from the middle up and seven down, so that
    zero is a level. The outermost quantile is the mean of those that 15 and 16 levels would have, as in the
    authors' code. Dettmers et al. 2023, section 3. Lesson 07.
    """
    outermost = 1 - (1 / 32 + 1 / 30) / 2
    quantile = NormalDist().inv_cdf
    above = [quantile(p) for p in np.linspace(0.5, outermost, 9)[1:]]
    below = [-quantile(p) for p in np.linspace(0.5, outermost, 8)[1:]]
    both = np.array([*reversed(below), 0.0, *above])  # (16,)
    return (both / both.max()).astype(np.float32)


def quantise(weights: np.ndarray, block: int = BLOCK, table: np.ndarray | None = None) -> Quantised:
    """Divide each block by its largest absolute value and give each weight the code of the nearest level.

    The last block may be short. `table` holds other levels than NF4's, rising from -1 to 1. Raises
    CourseError if there are no weights, or not all of them are finite. Lesson 07.
    """
    block = whole_number(block, "block", why="bitsandbytes uses 64")
    try:
        flat = np.asarray(weights, dtype=np.float32).reshape(-1)  # (n,)
    except (TypeError, ValueError):
        flat = np.empty(0)
    if flat.size == 0 or not np.isfinite(flat).all():
        raise CourseError("These weights cannot be quantised.", allowed="one or more finite numbers")
    blocks = np.pad(flat, (0, -flat.size % block)).reshape(-1, block)  # (blocks, block)
    absmax = np.abs(blocks).max(axis=1)  # (blocks,)
    scaled = blocks / np.where(absmax > 0, absmax, 1)[:, None]
    steps = levels() if table is None else table
    halfway = (steps[:-1] + steps[1:]) / 2  # (15,): a weight's code is the number of these below it
    codes = np.searchsorted(halfway, scaled.reshape(-1)[: flat.size]).astype(np.uint8)
    return Quantised(codes, absmax, np.shape(weights), block, table)


def dequantise(quantised: Quantised) -> np.ndarray:
    """The weights that the codes stand for, float32 in their first shape: level times the block's scale.
    Lesson 07.
    """
    scales = np.repeat(quantised.absmax, quantised.block)[: quantised.codes.size]
    steps = levels() if quantised.table is None else quantised.table
    return (steps[quantised.codes] * scales).reshape(quantised.shape)


def pack(codes: np.ndarray) -> np.ndarray:
    """Two codes in each byte, the first in the high half: uint8 (n,) -> (ceil(n / 2),)."""
    even = np.pad(codes, (0, codes.size % 2), constant_values=7)  # an odd one is paired with a zero
    return (even[0::2] << 4) | even[1::2]


def bits_per_weight(block: int = BLOCK, double: bool = False, scales_block: int = SCALES_BLOCK) -> float:
    """Bits that one weight takes: 4 for its code, and its share of the block's 32-bit scale.

    With `double` quantisation the scales are themselves held in 8 bits, in blocks with one 32-bit scale each:
    4.127 rather than 4.5 bits. Dettmers et al. 2023, section 3; claim C09; lesson 07.
    """
    block, scales_block = whole_number(block, "block"), whole_number(scales_block, "scales_block")
    if double:
        return 4 + 8 / block + 32 / (block * scales_block)
    return 4 + 32 / block
