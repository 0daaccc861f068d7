"""NF4 by hand against bitsandbytes, code for code."""

import numpy as np
import pytest

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.tuning import nf4


@pytest.fixture(scope="module")
def bnb():
    runtime.quiet_libraries()
    import bitsandbytes.functional

    return bitsandbytes.functional


def test_the_levels_are_the_librarys(bnb):
    levels = nf4.levels()
    assert levels.dtype == np.float32 and levels.shape == (16,)
    np.testing.assert_allclose(levels, bnb.get_4bit_type("nf4", device="cpu").numpy(), atol=2e-7)
    assert levels[0] == -1 and levels[7] == 0 and levels[15] == 1


@pytest.mark.parametrize("shape", [(256, 256), (704, 256), (256, 768), (3, 50), (10,)])
def test_codes_scales_and_values_are_the_librarys(bnb, shape):
    import torch

    weights = np.random.default_rng(0).normal(0, 0.05, shape).astype(np.float32)
    packed, state = bnb.quantize_4bit(torch.from_numpy(weights), blocksize=64, quant_type="nf4")
    ours = nf4.quantise(weights)
    np.testing.assert_array_equal(nf4.pack(ours.codes), packed.numpy().reshape(-1))
    np.testing.assert_array_equal(ours.absmax, state.absmax.numpy())
    theirs = bnb.dequantize_4bit(packed, state).numpy().reshape(shape)
    np.testing.assert_allclose(nf4.dequantise(ours), theirs, rtol=1e-6, atol=1e-9)


def test_a_weight_gets_its_nearest_level_and_a_block_its_own_scale():
    weights = np.random.default_rng(1).normal(size=(4, 64)).astype(np.float32) * [[1], [10], [0.1], [0]]
    back = nf4.dequantise(nf4.quantise(weights))
    largest = np.abs(weights).max(axis=1, keepdims=True)
    every = nf4.levels()[None, None, :] * largest[:, :, None]
    nearest = np.abs(weights[:, :, None] - every).min(axis=2)
    np.testing.assert_allclose(np.abs(weights - back), nearest, atol=1e-6)
    np.testing.assert_allclose(np.abs(back).max(axis=1, keepdims=True), largest, rtol=1e-6)
    assert not back[3].any(), "a block of zeros stays zero"


def test_what_can_be_represented_comes_back_exactly():
    weights = np.tile(nf4.levels() * np.float32(0.3), 8).reshape(2, 64)
    np.testing.assert_array_equal(nf4.dequantise(nf4.quantise(weights)), weights)


def test_two_codes_share_a_byte():
    assert nf4.pack(np.array([1, 15, 3], dtype=np.uint8)).tolist() == [0x1F, 0x37]


def test_bits_per_weight_are_the_papers():
    assert nf4.bits_per_weight() == 4.5
    assert round(nf4.bits_per_weight(double=True), 3) == 4.127
    assert nf4.bits_per_weight(block=32) == 5


@pytest.mark.parametrize("weights", [[], [1.0, float("nan")], [float("inf")]])
def test_what_cannot_be_quantised_is_told(weights):
    with pytest.raises(CourseError):
        nf4.quantise(np.array(weights))
    with pytest.raises(CourseError, match="block"):
        nf4.quantise(np.ones(3), block=0)
