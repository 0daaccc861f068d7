"""A re-ranked search holds the same chunks in the order of the second scorer, MaxSim or a cross-encoder."""

from pathlib import Path

import numpy as np
import pytest

from course_lib import runtime
from course_lib.errors import ModelError, RetrievalError
from course_lib.retrieval.bm25 import Bm25Index, character_grams
from course_lib.retrieval.exact import ExactIndex, unit_rows
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.fusion import HybridRetriever
from course_lib.retrieval.rerank import MaxSim, RerankedRetriever, load_cross_encoder, maxsim

QUERY = "How much does the kettle weigh?"


class Shortest:
    """A real, if odd, re-ranker: the shorter a text, the better."""

    def score(self, query, chunks):
        return -np.array([len(chunk.text) for chunk in chunks], float)


def make_cross_encoder(folder, outputs=1):
    """Save an untrained two-layer BERT that scores a pair, and a tokenizer of letters and a few words."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{each}" for each in letters)]
    vocabulary = {word: number for number, word in enumerate([*words, *"0123456789.,?", "kettle", "till"])}
    tokenizer = BertTokenizerFast(vocab=vocabulary, model_max_length=128)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        num_labels=outputs,
        initializer_range=0.5,  # untrained, but with a mind of its own: scores differ from pair to pair
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    return make_cross_encoder(tmp_path_factory.mktemp("cross") / "Büro")


@pytest.fixture
def index(chunks, letters):
    return ExactIndex(chunks, letters)


def test_the_first_hits_are_put_in_the_order_of_the_second_scorer(index):
    first = index.search(QUERY, 6)
    hits = RerankedRetriever(index, Shortest(), depth=6).search(QUERY, 6)
    assert {hit.chunk for hit in hits} == {hit.chunk for hit in first}
    assert [len(hit.chunk.text) for hit in hits] == sorted(len(hit.chunk.text) for hit in first)
    assert [hit.score for hit in hits] == [-len(hit.chunk.text) for hit in hits]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5, 6]
    assert [hit.chunk for hit in hits] != [hit.chunk for hit in first]


def test_what_the_first_search_missed_stays_missing(index):
    hits = RerankedRetriever(index, Shortest(), depth=2).search(QUERY, 2)
    assert {hit.chunk.id for hit in hits} == {hit.chunk.id for hit in index.search(QUERY, 2)}


def test_equal_scores_keep_the_first_order(index):
    class Equal:
        def score(self, query, chunks):
            return np.zeros(len(chunks))

    hits = RerankedRetriever(index, Equal(), depth=10).search(QUERY, 5)
    assert [hit.chunk.id for hit in hits] == [hit.chunk.id for hit in index.search(QUERY, 5)]


def test_many_queries_a_filter_and_no_hits(index, chunks):
    retriever = RerankedRetriever(index, Shortest(), depth=30)  # more than there are: all are looked at
    found = retriever.search_many([QUERY, "the port of the till"], 3)
    assert found[0] == retriever.search(QUERY, 3) and len(found[1]) == 3 and len(retriever) == 10
    assert retriever.search(QUERY, 3, Filter(editions=("1999",))) == []
    words = RerankedRetriever(Bm25Index(chunks), Shortest(), depth=5)
    assert words.search("xylophone", 3) == []


@pytest.mark.parametrize("k", [0, 5])
def test_k_may_not_exceed_the_depth(k, index):
    with pytest.raises(RetrievalError, match="Allowed: 1 to 4, the depth"):
        RerankedRetriever(index, Shortest(), depth=4).search(QUERY, k)


def test_maxsim_on_paper():
    query = np.array([[1.0, 0.0], [0.0, 1.0]])
    passage = np.array([[0.6, 0.8], [0.8, -0.6], [-1.0, 0.0]])
    assert maxsim(query, passage) == pytest.approx(0.8 + 0.8)
    assert maxsim(passage, query) == pytest.approx(0.8 + 0.8 + 0.0)  # the two sides are not alike
    assert maxsim(query, query) == pytest.approx(2)


def test_maxsim_scores_are_those_of_the_models_own_token_vectors(embedder, chunks):
    scores = MaxSim(embedder).score(QUERY, chunks)
    model = embedder.model
    for chunk, score in zip(chunks, scores, strict=True):
        query, passage = (
            unit_rows(model.encode(text, output_value="token_embeddings").cpu().numpy())
            for text in (QUERY, chunk.passage)
        )
        assert len(query) == len(model.tokenizer(QUERY)["input_ids"])  # with [CLS] and [SEP]
        assert score == pytest.approx(maxsim(query[1:-1], passage), abs=1e-4)
    assert chunks[int(scores.argmax())].id == "PR-201#1"


def test_token_vectors_of_a_passage_are_computed_once(embedder, chunks, monkeypatch):
    scorer = MaxSim(embedder)
    scorer.prepare(chunks)
    asked = []
    encode = embedder.model.encode
    monkeypatch.setattr(
        embedder.model, "encode", lambda texts, **more: asked.append(texts) or encode(texts, **more)
    )
    before = scorer.score(QUERY, chunks[:3])
    np.testing.assert_array_equal(scorer.score(QUERY, chunks[:3]), before)
    assert asked == [[QUERY], [QUERY]]


def test_late_interaction_finds_the_exact_model_number(embedder, chunks):
    retriever = RerankedRetriever(ExactIndex(chunks, embedder), MaxSim(embedder), depth=10)
    first = [hits[0].chunk.id for hits in retriever.search_many([QUERY, "port 8443"], 1)]
    assert first == ["PR-201#1", "IT-201#1"]


def test_retrievers_nest(embedder, chunks):
    first = HybridRetriever([ExactIndex(chunks, embedder), Bm25Index(chunks)])
    reranked = RerankedRetriever(first, MaxSim(embedder), depth=50)
    retriever = HybridRetriever([Bm25Index(chunks, tokenize=character_grams), reranked])
    queries = ["How hevy is the ketle?", "Wich prot does the till gatway use?", "how many days of laeve"]
    found = retriever.search_many(queries, 3)
    assert [hits[0].chunk.id for hits in found] == ["PR-201#1", "IT-201#1", "HB-201#1"]
    assert retriever.search(queries[0], 3, Filter(domains=("none",))) == []


def test_a_cross_encoder_reads_each_pair(cross_encoder, chunks, index):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    reranker = load_cross_encoder(str(cross_encoder))
    scores = reranker.score(QUERY, chunks)
    tokenizer = AutoTokenizer.from_pretrained(cross_encoder)
    model = AutoModelForSequenceClassification.from_pretrained(cross_encoder).eval()
    for chunk, score in zip(chunks, scores, strict=True):
        with torch.inference_mode():
            pair = tokenizer(QUERY, chunk.passage, return_tensors="pt", truncation=True, max_length=128)
            assert score == pytest.approx(model(**pair).logits.item(), abs=1e-4)
    assert np.ptp(scores) > 0.01 and scores.shape == (10,)
    hits = RerankedRetriever(index, reranker, depth=10).search(QUERY, 3)
    best = np.argsort(-scores, kind="stable")[:3]
    assert [hit.score for hit in hits] == pytest.approx(scores[best].tolist(), abs=1e-4)


def test_on_a_laptop_no_name_is_an_error_that_says_what_to_do():
    with pytest.raises(ModelError, match=r"no cross-encoder of its own(.|\n)*Next: re-rank with MaxSim"):
        load_cross_encoder()


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_a_folder_without_a_model_names_what_is_missing(missing, cross_encoder, tmp_path):
    for path in cross_encoder.iterdir():
        if path.name != missing:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle that nobody may open")
    with pytest.raises(ModelError, match=f"no cross-encoder: it has no {missing}"):
        load_cross_encoder(str(tmp_path))
    for path in (tmp_path / "nothing", str(tmp_path / "nothing"), Path("nothing"), "no/such/folder"):
        with pytest.raises(ModelError, match="no config.json and no model.safetensors"):
            load_cross_encoder(path)


def test_a_broken_model_and_an_unknown_name_are_said(cross_encoder, tmp_path):
    for path in cross_encoder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"not safetensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_cross_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="'nobody/no-such-model' cannot be loaded"):
        load_cross_encoder("nobody/no-such-model")  # offline: it is not in the cache either


def test_a_model_with_several_outputs_is_no_reranker(tmp_path):
    with pytest.raises(ModelError, match="gives 3 numbers for a pair"):
        load_cross_encoder(str(make_cross_encoder(tmp_path, outputs=3)))


def test_the_gpu_profile_has_one_by_name(monkeypatch):
    gpu = runtime.Runtime("gpu", "cpu", "float32", 0, runtime.EMBEDDING_MODEL, "none")
    monkeypatch.setattr("course_lib.runtime._current", gpu)
    with pytest.raises(ModelError, match="'cross-encoder/ms-marco-MiniLM-L6-v2' cannot be loaded"):
        load_cross_encoder()  # offline: the name is what can be seen


def test_late_interaction_keeps_no_more_passages_than_it_may(embedder, chunks):
    free, bound = MaxSim(embedder), MaxSim(embedder, most=2)
    for some in (chunks[:2], chunks[1:4], chunks[:1]):
        assert bound.score(QUERY, some) == pytest.approx(free.score(QUERY, some), abs=1e-4)
        assert {chunk.passage for chunk in some} <= bound._kept.keys(), "what is needed stays"
        assert len(bound._kept) <= max(2, len(some))
    with pytest.raises(RetrievalError, match="most = 0"):
        MaxSim(embedder, most=0)
