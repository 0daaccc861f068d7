"""What a learner builds by hand and what the course's library does are the same."""

import math
from collections import Counter

import numpy as np
import pytest

from course_lib import decision
from course_lib.corpus import chunking, windows
from course_lib.corpus.documents import Document
from course_lib.evaluation import answers, evidence, pareto, ranking, retention, statistics
from course_lib.exercises.catalogue import find_exercise
from course_lib.experiments import money
from course_lib.experiments.prices import changed, load_prices
from course_lib.generation import prompts
from course_lib.retrieval import bm25, exact, fusion, ivf_by_hand, rerank, vector_index
from course_lib.tuning import lora, nf4, rehearsal, spectrum
from course_lib.tuning.shapes import MODELS, shipped_config


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
    for (reply,) in find_exercise("7.5").check.cases:
        assert by_hand("7.5")(reply) == answers.complies(reply)[0], reply


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


def document(text):
    return Document("PR-201", "Lamp", "products", "2026", "", None, "written", text)


def test_the_windows_of_the_exercise_are_the_librarys():
    for count in range(40):
        for size in range(1, 9):
            for overlap in range(size):
                expected = windows.window_spans(count, size, overlap)
                assert by_hand("2.1")(count, size, overlap) == expected


@pytest.mark.parametrize("rows", [1, 2, 3, 9])
def test_the_parts_of_a_table_are_the_librarys(rows):
    table = "| A | B |\n|---|---|\n" + "\n".join(f"| row {i} | {i} g |" for i in range(7))
    chunks = chunking.split([document(table)], table_rows=rows)
    assert by_hand("2.2")(table, rows) == [chunk.text for chunk in chunks]


def test_what_chunks_hold_is_what_the_library_says():
    page = document("One two. Three four. Five six. Seven.")
    statements = evidence.statements([page])["PR-201"]
    for spans in ([(0, 8)], [(0, 20)], [(2, 20)], [(0, 8), (9, 30)], [(4, 12), (9, 19)]):
        chunks = windows.chunks_at(page, spans)
        for wanted in ([statements[0]], statements[:2], statements[1:], []):
            given = [(each.start, each.end) for each in wanted]
            expected = evidence.answered(chunks, tuple((each,) for each in wanted))
            assert by_hand("2.3")(spans, given) is expected


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


def test_the_saturation_of_a_further_mention_is_what_the_solution_says():
    pages = (["cord"] * mentions + ["other"] * (9 - mentions) for mentions in (1, 2, 3))
    once, twice, thrice = (by_hand("4.1")(["cord"], page, {"cord": 3}, 10, 9.0) for page in pages)
    idf = math.log(1 + (10 - 3 + 0.5) / (3 + 0.5))
    assert 0 < thrice - twice < twice - once < once < idf


def test_bm25_of_an_index():
    pages = ("The cord is 90 cm long.", "The kettle and the cord of the kettle.", "A lid for the samovar.")
    chunks = [chunking.Chunk(str(i), "PR-1", "", "", page, "", "", 0, 0) for i, page in enumerate(pages)]
    held = [bm25.tokens(chunk.passage) for chunk in chunks]
    df = Counter(word for each in held for word in set(each))
    mean_length = sum(map(len, held)) / len(held)
    asked = ["the", "kettle", "cord", "kettle", "spout"]
    ours = [by_hand("4.1")(asked, each, df, 3, mean_length) for each in held]
    assert len(set(ours)) == 3
    np.testing.assert_allclose(ours, bm25.Bm25Index(chunks).scores(" ".join(asked)), rtol=1e-9)


def test_reciprocal_rank_fusion_and_maxsim(rng):
    rankings = [list(rng.permutation([f"PR-2{i:02d}" for i in range(20)])[:8]) for _ in range(3)]
    assert dict(by_hand("4.2")(rankings)) == dict(fusion.reciprocal_rank_fusion(rankings))
    query, passage = rng.normal(size=(5, 16)), rng.normal(size=(9, 16))
    assert by_hand("4.3")(query, passage) == pytest.approx(rerank.maxsim(query, passage))


def test_the_forward_pass_and_the_switch_of_adapters(rng):
    import torch

    layer = lora.LoraLinear(torch.nn.Linear(6, 4, bias=False), rank=2, alpha=3)
    torch.nn.init.normal_(layer.b)
    x = rng.normal(size=(5, 6)).astype(np.float32)
    w, a, b = (each.detach().numpy().copy() for each in (layer.base.weight, layer.a, layer.b))
    theirs = layer(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(by_hand("6.1")(x, w, a, b, 3), theirs, atol=1e-5)
    merged = layer.merge().weight.detach().numpy()
    np.testing.assert_allclose(by_hand("6.2")(w, None, (a, b, 3)), merged, atol=1e-6)
    np.testing.assert_allclose(by_hand("6.2")(merged, (a, b, 3), None), w, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_the_count_of_what_lora_trains(model):
    config = shipped_config(model)
    shapes = (config.hidden_size, config.intermediate_size, config.num_attention_heads)
    shapes += (config.num_key_value_heads, config.num_hidden_layers)
    for targets in (("q_proj", "v_proj"), lora.ALL_LINEAR):
        assert by_hand("6.3")(*shapes, 16, targets) == lora.count_parameters(config, targets, 16).trainable


def test_the_effective_rank(rng):
    for share in (0.3, 0.9, 0.99):
        values = np.sort(np.abs(rng.normal(size=40)))[::-1]
        assert by_hand("6.4")(values, share) == spectrum.effective_rank(values, share)


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


def test_the_distance_of_two_distributions(rng):
    import torch

    logits = torch.tensor(rng.normal(size=(2, 200)))
    p, q = (each.softmax(-1).numpy() for each in logits)
    assert by_hand("8.1")(p, q) == pytest.approx(retention.kl_divergence(*logits).item(), abs=1e-5)


def test_the_runs_that_no_other_dominates(rng):
    for _ in range(20):
        scores = rng.integers(0, 4, (2, 15)).tolist()
        assert by_hand("8.2")(*scores) == pareto.frontier(*scores)


def test_the_mixture_with_rehearsal():
    for share in (0, 0.1, 0.25, 0.5, 0.75):
        given = (["a", "b", "c", "d", "e"], ["own 1", "own 2"], share)
        assert by_hand("8.3")(*given) == rehearsal.mixed(*given)


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


def test_what_calls_cost_and_where_two_ways_meet(rng):
    prices = load_prices()
    paid = prices["tuned_input"].dollars, prices["tuned_output"].dollars
    call = money.Call(321.0, 45.0, 0.1, tuned=True)
    assert by_hand("11.1")(321, 45, *paid) == pytest.approx(1000 * money.of_a_host(call, prices))
    for case in [*find_exercise("11.2").check.cases, *rng.random((50, 4)).tolist()]:
        assert by_hand("11.2")(*case) == pytest.approx(money.break_even(*case))


def test_the_weight_at_which_the_advice_flips():
    names = "tried, both, monthly, not needed, relaxed, near, some, jargon, open, somebody"
    advice = decision.recommend(decision.Answers(*names.split(", ")))
    first, second = list(advice.scores)[:2]
    weights = {each.criterion: each.weight for each in advice.reasons}
    gaps = {e.criterion: e.trust * (e.reading[first] - e.reading[second]) for e in advice.reasons}
    to_the_second = [flip for flip in advice.flips if flip.to == second]
    assert to_the_second
    for flip in to_the_second:
        assert by_hand("11.4")(gaps, weights, flip.criterion) == pytest.approx(flip.weight)


def test_the_price_that_moves_the_break_even_most():
    prices = load_prices()
    rag = money.Way("RAG", money.Call(4000, 50, 0.1, embedded=20), embedded=1e6, hours_once=10, store=True)
    tuned = money.Way("tuned", money.Call(100, 50, 0.05, tuned=True), trained=2e6, hours_once=60)
    names = ["input", "engineer", "embedding", "training"]  # whose ends have a break-even each
    ranges = {name: (prices[name].low, prices[name].high) for name in names}

    def calls(dollars):
        return math.log(money.break_even_calls(rag, tuned, changed(prices, **dollars)))

    ours = by_hand("11.3")({name: prices[name].dollars for name in names}, ranges, calls)
    moved = money.sensitivity(rag, tuned, prices)
    assert ours == [name for name in moved["price"] if name in names]
