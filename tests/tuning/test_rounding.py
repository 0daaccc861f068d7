"""int4, fp4 and NF4 side by side: the library's levels and values, and which is nearest to which weights."""

import numpy as np
import pytest

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.tuning import nf4, rounding


@pytest.fixture(scope="module")
def bnb():
    runtime.quiet_libraries()
    import bitsandbytes.functional

    return bitsandbytes.functional


@pytest.fixture(scope="module")
def weights():
    return np.random.default_rng(0).normal(0, 0.05, (256, 192)).astype(np.float32)


@pytest.mark.parametrize("kind", ["fp4", "nf4"])
def test_levels_and_values_are_the_librarys_where_it_has_the_type(bnb, weights, kind):
    import torch

    known = np.unique(bnb.get_4bit_type(kind, device="cpu").numpy())
    np.testing.assert_allclose(rounding.levels_of(kind), known, atol=2e-7)
    packed, state = bnb.quantize_4bit(torch.from_numpy(weights), blocksize=64, quant_type=kind)
    theirs = bnb.dequantize_4bit(packed, state).numpy()
    np.testing.assert_allclose(rounding.rounded(weights, kind), theirs, rtol=1e-6, atol=1e-9)


def test_integers_are_evenly_spaced():
    levels = rounding.levels_of("int4")
    assert len(levels) == 15 and levels[0] == -1 and levels[7] == 0
    np.testing.assert_allclose(np.diff(levels), 1 / 7, rtol=1e-6)
    exact = np.tile(levels, 5)[:64][None] * np.float32(7)
    np.testing.assert_allclose(rounding.rounded(exact, "int4"), exact, atol=1e-6)


def test_on_normal_weights_nf4_is_nearest_and_double_quantisation_costs_little(weights):
    errors = rounding.rounding_errors(weights)
    assert list(errors.index) == ["int4", "fp4", "nf4", "nf4, double quantisation"]
    assert errors["error"].idxmin() == "nf4"
    assert errors.loc["nf4, double quantisation", "error"] < 1.02 * errors.loc["nf4", "error"]
    assert errors["bits"].round(3).tolist() == [4.5, 4.5, 4.5, 4.127]
    by_hand = np.sqrt(np.mean((weights - nf4.dequantise(nf4.quantise(weights))) ** 2) / np.mean(weights**2))
    assert errors.loc["nf4", "error"] == pytest.approx(by_hand, rel=1e-4)


def test_on_evenly_spread_weights_integers_are_nearest():
    even = np.random.default_rng(1).uniform(-1, 1, (64, 64)).astype(np.float32)
    assert rounding.rounding_errors(even)["error"].idxmin() == "int4"


def test_zeros_are_off_by_nothing():
    assert (rounding.rounding_errors(np.zeros((2, 64), np.float32))["error"] == 0).all()


def test_what_cannot_be_is_told(weights):
    with pytest.raises(CourseError, match="four-bit type"):
        rounding.rounded(weights, "nf5")
    with pytest.raises(CourseError, match="cannot be quantised"):
        rounding.rounding_errors(np.array([np.nan]))
