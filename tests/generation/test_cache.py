"""A semantic cache answers near questions of the same scope, and forgets what rests on changed documents."""

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.generation.cache import SemanticCache

ANGLES = {"kettle?": 0, "the kettle?": 10, "lamp?": 90, "the lamp?": 80, "far": 180}  # degrees


class AngleEmbedder:
    """A real embedder of two dimensions: each text has its angle, and two are as near as their angles are."""

    fingerprint = "angles"
    dimension = 2

    def embed(self, texts):
        angles = np.radians([ANGLES[text] for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture
def cache():
    filled = SemanticCache(AngleEmbedder(), threshold=0.95)
    filled.put("kettle?", "412 g", ["PR-201", "PR-250"])
    filled.put("lamp?", "8 W", ["PR-202"])
    return filled


def test_the_nearest_question_answers_if_it_is_near_enough(cache):
    hit = cache.get("the kettle?")
    assert (hit.kept.question, hit.kept.answer) == ("kettle?", "412 g")
    assert hit.similarity == pytest.approx(np.cos(np.radians(10)), abs=1e-6)
    assert cache.get("the lamp?").kept.answer == "8 W"
    assert cache.get("far") is None
    assert SemanticCache(AngleEmbedder(), 0.95).get("lamp?") is None


def test_the_threshold_is_the_least_cosine_that_counts():
    for threshold, found in ((0.98, True), (0.99, False)):  # the cosine of 10 degrees is 0.985
        cache = SemanticCache(AngleEmbedder(), threshold)
        cache.put("kettle?", "412 g", [])
        assert (cache.get("the kettle?") is not None) is found
    strict = SemanticCache(AngleEmbedder(), 1)
    strict.put("the kettle?", "412 g", [])
    assert strict.get("the kettle?") is not None  # a text is as near as can be to itself, whatever is rounded


def test_scopes_do_not_answer_each_other(cache):
    cache.put("kettle?", "398 g", ["PR-101"], scope="2025")
    assert cache.get("the kettle?", "2025").kept.answer == "398 g"
    assert cache.get("the kettle?").kept.answer == "412 g"
    assert cache.get("lamp?", "2025") is None
    assert cache.clear("2025") == 1 and cache.get("kettle?", "2025") is None and len(cache) == 2


def test_a_changed_document_takes_what_rests_on_it_along(cache):
    assert cache.invalidate(["PR-250", "HB-201"]) == 1
    assert cache.get("kettle?") is None and cache.get("the lamp?").kept.answer == "8 W"
    assert cache.invalidate(["PR-250"]) == 0 and len(cache) == 1
    cache.put("kettle?", "415 g", ["PR-201"])
    assert cache.get("the kettle?").kept.answer == "415 g"


@pytest.mark.parametrize("threshold", [0, -0.5, 1.1, float("nan")])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(CourseError, match="out of range"):
        SemanticCache(AngleEmbedder(), threshold)
