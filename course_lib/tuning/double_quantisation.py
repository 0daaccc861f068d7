"""Double quantisation by hand, in NumPy: the scales of NF4's blocks, themselves held in 8 bits.

Their mean is taken off first, since scales are all positive; then they are quantised in blocks of 256, each
with a scale of its own. bitsandbytes does the same. Its levels and values are these, and so are its codes but
for a few in a thousand, where a scale lies between two levels and its search takes the farther one. Dettmers
et al. 2023, section 3; lesson 07.
"""

from dataclasses import dataclass, replace

import numpy as np

from course_lib.arguments import whole_number
from course_lib.tuning.nf4 import SCALES_BLOCK, Quantised, dequantise

DIGITS = 7  # decades that the 256 levels span: the finest are a millionth of the scale


@dataclass(frozen=True)
class QuantisedScales:
    """Scales in 8 bits: the position of a level for each, uint8 (n,); each block's largest size, float32;
    their mean, which was taken off first.
    """

    codes: np.ndarray
    absmax: np.ndarray
    mean: np.float32
    block: int = SCALES_BLOCK

    @property
    def bytes(self) -> int:
        """What they take: a byte a scale, 4 bytes a block, and the mean's 4."""
        return self.codes.nbytes + self.absmax.nbytes + self.mean.nbytes


def scale_levels() -> np.ndarray:
    """The 256 levels of an 8-bit scale, float32, rising from about -1 to 1 with an exact 0.

    A decade has twice the levels of the one below, 1 to 64 of each sign, evenly spaced in it: small numbers
    keep their size and large ones their digits. Dettmers, "8-Bit Approximations for Parallelism in Deep
    Learning", 2015. Lesson 07.
    """
    sizes = [np.zeros(1, np.float32), np.ones(1, np.float32)]
    for decade in range(DIGITS):
        borders = np.linspace(0.1, 1, 2**decade + 1, dtype=np.float32)
        middle = (borders[:-1] + borders[1:]) / 2 * np.float32(10.0 ** (decade - DIGITS + 1))
        sizes += [middle, -middle]
    return np.sort(np.concatenate(sizes))


def quantise_scales(absmax: np.ndarray, block: int = SCALES_BLOCK) -> QuantisedScales:
    """Take off the mean of the scales (n,), and give each the nearest of 256 levels within its block.

    Raises CourseError for a block below 1. Lesson 07.
    """
    block = whole_number(block, "block", why="bitsandbytes uses 256")
    mean = np.float32(absmax.mean(dtype=np.float64))
    left = np.pad(absmax - mean, (0, -absmax.size % block)).reshape(-1, block)  # (blocks, block)
    largest = np.abs(left).max(axis=1)
    scaled = left / np.where(largest > 0, largest, 1)[:, None]
    table = scale_levels()
    codes = np.searchsorted((table[:-1] + table[1:]) / 2, scaled.reshape(-1)[: absmax.size])
    return QuantisedScales(codes.astype(np.uint8), largest, mean, block)


def restore_scales(scales: QuantisedScales) -> np.ndarray:
    """The scales that the codes stand for, float32 (n,): level times the block's scale, plus the mean.
    Lesson 07.
    """
    sizes = np.repeat(scales.absmax, scales.block)[: scales.codes.size]
    return scale_levels()[scales.codes] * sizes + scales.mean


def dequantise_twice(quantised: Quantised) -> np.ndarray:
    """The weights as they come back when their scales were quantised too, float32 in their first shape.
    Lesson 07.
    """
    return dequantise(replace(quantised, absmax=restore_scales(quantise_scales(quantised.absmax))))


def stored_bytes(quantised: Quantised) -> int:
    """What weights in NF4 with double quantisation take: half a byte a code, and the scales. Lesson 07."""
    return -(-quantised.codes.size // 2) + quantise_scales(quantised.absmax).bytes
