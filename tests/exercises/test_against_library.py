"""What a learner builds by hand and what the course's library does are the same."""

import numpy as np
import pytest

from course_lib.evaluation import answers, ranking, statistics
from course_lib.exercises.catalogue import find_exercise
from course_lib.generation import prompts
from course_lib.retrieval import exact, ivf_by_hand, vector_index
from course_lib.tuning import nf4


def by_hand(id):
    return find_exercise(id).check.solution


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_few_shot_messages():
    examples = [("How tall is it?", "It is 30 cm tall."), ("Who made it?", "Priya Lanyon made it.")]
    plain = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How heavy is it?"}]
    assert by_hand("0.1")("Be brief.", examples, "How heavy is it?") == prompts.few_shot(plain, examples)


def test_the_value_in_a_reply():
    for reply, value in find_exercise("0.2").check.cases:
        assert by_hand("0.2")(reply, value) == answers.value_correct(reply, value), reply


def test_the_house_style():
    for (reply,) in find_exercise("7.4").check.cases:
        assert by_hand("7.4")(reply) == answers.complies(reply)[0], reply


def test_wilson_interval():
    for right, n in ((0, 8), (5, 9), (40, 40), (150, 300)):
        share, low, high = by_hand("0.3")([True] * right + [False] * (n - right))
        theirs = statistics.wilson_interval(right, n)
        assert (share, low, high) == pytest.approx((theirs.mean, theirs.low, theirs.high), abs=1e-4)


def test_cosine_similarity(rng):
    query, rows = rng.normal(size=32), rng.normal(size=(50, 32))
    rows[3] = 0
    theirs = exact.cosine_similarity(query[None], rows)[0]
    np.testing.assert_allclose(by_hand("1.1")(query, rows), theirs, atol=1e-6)


def test_top_k(rng):
    for scores in (rng.normal(size=200), rng.integers(5, size=200).astype(float)):
        np.testing.assert_array_equal(by_hand("1.2")(scores, 17), exact.top_k(scores, 17))


def test_ranking_measures(rng):
    documents = [f"PR-2{i:02d}" for i in range(12)]
    for _ in range(20):
        ranked = list(rng.permutation(documents)[:8])
        gains = {d: float(rng.integers(1, 4)) for d in rng.permutation(documents)[:3]}
        recall, reciprocal = by_hand("1.3")(ranked, set(gains), 5)
        assert recall == ranking.recall_at_k(ranked, set(gains), 5)
        assert reciprocal == ranking.reciprocal_rank(ranked[:5], set(gains))
        assert by_hand("1.4")(ranked, gains, 5) == pytest.approx(ranking.ndcg_at_k(ranked, gains, 5))


def test_the_lists_that_are_probed(rng):
    vectors = exact.unit_rows(rng.normal(size=(60, 8)))
    file = ivf_by_hand.build_inverted_file(vectors, ivf_by_hand.kmeans(vectors, 6))
    query = exact.unit_rows(rng.normal(size=(1, 8)))[0]
    for nprobe in (1, 3, 6):
        candidates = by_hand("3.2")(file.centroids, file.lists, query, nprobe)
        _, found = ivf_by_hand.search_inverted_file(file, query[None], 60, nprobe)
        assert set(candidates) == set(found[0]) - {-1}


def test_the_bytes_of_a_faiss_index():
    faiss = pytest.importorskip("faiss")
    n, d, m = 300, 32, 8
    flat, quantised = by_hand("3.3")(n, d, m)
    assert flat == faiss.IndexFlatIP(d).code_size * n
    index = faiss.IndexPQ(d, m, 8)
    assert quantised == index.code_size * n + 4 * index.pq.M * index.pq.ksub * index.pq.dsub


def test_block_quantisation_with_the_levels_of_nf4(rng):
    weights = rng.normal(size=1024).astype(np.float32)
    weights[64:128] = 0
    codes, scales = by_hand("7.1")(weights, nf4.levels(), 64)
    theirs = nf4.quantise(weights, 64)
    np.testing.assert_array_equal(codes, theirs.codes)
    np.testing.assert_array_equal(scales, theirs.absmax)


def test_bits_per_weight():
    ours = by_hand("7.2")(bits=4, block=64, scale_bits=8, second_block=256, second_scale_bits=32)
    assert ours == nf4.bits_per_weight(double=True)


def test_the_paired_interval(rng):
    a = (rng.random(120) < 0.7).astype(float)
    b = np.where(rng.random(120) < 0.2, 1 - a, a)
    theirs = statistics.paired_bootstrap(a, b)
    low, high = by_hand("9.1")(a, b, 9_999, 1)
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_recall_of_a_search(rng):
    truth = np.stack([rng.permutation(40)[:10] for _ in range(20)])
    found = np.stack([rng.permutation(40)[:10] for _ in range(20)])
    found[3, 6:] = -1
    assert by_hand("3.1")(found, truth) == pytest.approx(vector_index.recall(found, truth))
