"""Double quantisation by hand against bitsandbytes: levels, codes, values, and the bytes that it takes."""

import numpy as np
import pytest

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.tuning import double_quantisation as double
from course_lib.tuning import nf4

SHAPES = [(704, 256), (256, 256), (3, 50), (1000,)]


def normal(shape, seed=0):
    return np.random.default_rng(seed).normal(0, 0.05, shape).astype(np.float32)


@pytest.fixture(scope="module")
def bnb():
    runtime.quiet_libraries()
    import bitsandbytes.functional

    return bitsandbytes.functional


def quantised_by_library(bnb, weights):
    import torch

    options = {"blocksize": 64, "quant_type": "nf4", "compress_statistics": True}
    return bnb.quantize_4bit(torch.from_numpy(weights), **options)


def test_the_levels_of_a_scale_are_the_librarys(bnb):
    levels = double.scale_levels()
    assert levels.dtype == np.float32 and levels.shape == (256,) and (np.diff(levels) > 0).all()
    np.testing.assert_allclose(levels, bnb.create_dynamic_map().numpy(), atol=1e-7)
    assert 0 in levels and levels[-1] == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_the_codes_of_the_scales_are_the_librarys_but_where_two_levels_are_as_near(bnb, shape):
    weights = normal(shape)
    _, state = quantised_by_library(bnb, weights)
    scales = nf4.quantise(weights).absmax
    ours, theirs = double.quantise_scales(scales), state.absmax.numpy()
    assert ours.mean == pytest.approx(state.offset.item(), rel=1e-6)
    np.testing.assert_allclose(ours.absmax, state.state2.absmax.numpy(), atol=1e-7)
    other = np.flatnonzero(ours.codes != theirs)
    assert len(other) <= 0.01 * len(theirs)
    assert (np.abs(ours.codes[other].astype(int) - theirs[other]) == 1).all(), "the level next to it"
    by_library = double.scale_levels()[theirs] * np.repeat(ours.absmax, ours.block)[: len(theirs)] + ours.mean
    off = np.abs(scales - double.restore_scales(ours)), np.abs(scales - by_library)
    assert (off[0] <= off[1] + 1e-7).all(), "ours is the nearest"


@pytest.mark.parametrize("shape", SHAPES)
def test_from_the_librarys_codes_we_read_the_librarys_weights(bnb, shape):
    weights = normal(shape)
    packed, state = quantised_by_library(bnb, weights)
    back = bnb.dequantize_4bit(packed, state).numpy().reshape(shape)
    ours = nf4.quantise(weights)
    kept = double.QuantisedScales(
        state.absmax.numpy(), state.state2.absmax.numpy(), np.float32(state.offset.item())
    )
    scales = np.repeat(double.restore_scales(kept), nf4.BLOCK)[: weights.size]
    np.testing.assert_allclose((nf4.levels()[ours.codes] * scales).reshape(shape), back, atol=1e-7)
    assert np.abs(double.dequantise_twice(ours) - back).max() < 0.01 * np.abs(weights).max()


def test_it_takes_a_quarter_of_the_scales_and_moves_weights_little():
    weights = normal((512, 256))
    once = nf4.quantise(weights)
    bits = 8 * double.stored_bytes(once) / weights.size
    assert bits == pytest.approx(nf4.bits_per_weight(double=True), abs=0.001)
    ways = nf4.dequantise(once), double.dequantise_twice(once)
    one, two = (np.sqrt(np.mean((weights - back) ** 2)) for back in ways)
    assert one < two < 1.02 * one


def test_scales_that_are_all_the_same_come_back_exactly():
    scales = np.full(300, 0.25, np.float32)
    np.testing.assert_array_equal(double.restore_scales(double.quantise_scales(scales)), scales)
    with pytest.raises(CourseError, match="block"):
        double.quantise_scales(scales, block=0)
