"""What people hand in by mistake, one line each: the right value comes back, or an error of the course's own.

Never a bare trace: each error says what was wrong, and what is allowed or what to do next.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from course_lib import runtime
from course_lib.errors import CourseError, DataError, ModelError, RetrievalError
from course_lib.evaluation import answers, caching, faults, grounding, ranking
from course_lib.evaluation.symptoms import symptom_table
from course_lib.generation import citations, guards, values
from course_lib.generation.cache import SemanticCache
from course_lib.generation.openai_backend import ServedModel
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval import exact, fusion, ivf_by_hand, rerank, router, vector_index
from course_lib.retrieval.embedding import Embedder
from course_lib.retrieval.faiss_index import FaissIndex
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.retrieval.stores import open_store
from course_lib.tuning import adapters, lora, nf4, rounding, settings
from course_lib.tuning.cross_encoder import train_cross_encoder
from course_lib.tuning.examples import check_replies, style_examples
from course_lib.tuning.export import export_examples
from course_lib.tuning.memory_model import training_memory
from course_lib.tuning.retriever import TrainingPair, training_pairs, tune_retriever

WREN = runtime.DATA / "models" / "wren"
EYE = np.eye(8, dtype=np.float32)
NAN = np.full((1, 8), np.nan, np.float32)
PAIR = TrainingPair("how heavy", "it weighs 3 kg", ("it is red",), "f")
CHAT = [{"role": "user", "content": "How heavy?"}, {"role": "assistant", "content": "It weighs 3 kg."}]
FENCED = '```json\n{"answer": "It weighs 3 kg.", "source": "d1"}\n```'

ROWS = {
    # retrieval: numbers
    "k as a NumPy integer": (lambda h: len(h.exact.search("word1", np.int64(2))), 2),
    "k as an unsigned one, by words": (lambda h: len(h.words.search("word1", np.uint8(1))), 1),
    "k as a text": (lambda h: h.exact.search("word1", "2"), RetrievalError),
    "k as a fraction": (lambda h: h.faiss.search("word1", 2.5), RetrievalError),
    "k of None": (lambda h: h.words.search("word1", None), RetrievalError),
    "k of True": (lambda h: h.exact.search("word1", True), RetrievalError),
    "k of 5,000 digits": (lambda h: h.exact.search("word1", 10**5000), RetrievalError),
    "k as a text, of many retrievers": (lambda h: h.hybrid.search("word1", "2"), RetrievalError),
    "k as a text, behind a guard": (lambda h: guards.Guarded(h.exact, list).search("a", "2"), RetrievalError),
    "k as a text, re-ranked": (
        lambda h: rerank.RerankedRetriever(h.exact, None).search("a", "2"),
        RetrievalError,
    ),
    "a depth of 2.5": (lambda h: fusion.HybridRetriever([h.exact], depth=2.5), RetrievalError),
    "rank fusion with k of None": (lambda h: fusion.reciprocal_rank_fusion([["a"]], None), RetrievalError),
    "nlist as NumPy gives it": (lambda h: len(FaissIndex(h.chunks, h.embedder, "ivf", nlist=np.int64(2))), 8),
    "nlist as a text": (lambda h: vector_index.build(EYE, "ivf", nlist="2"), RetrievalError),
    "a kind that is none": (lambda h: vector_index.build(EYE, ["flat"]), RetrievalError),
    "nprobe of 1.5": (
        lambda h: ivf_by_hand.search_inverted_file(ivf_by_hand.build_inverted_file(EYE, EYE), EYE, 1, 1.5),
        RetrievalError,
    ),
    "k-means with a negative seed": (lambda h: ivf_by_hand.kmeans(EYE, 2, seed=-1), RetrievalError),
    "top k of a text": (lambda h: exact.top_k("scores", 1), RetrievalError),
    # retrieval: vectors
    "NaN in a query": (lambda h: vector_index.search(vector_index.build(EYE), NAN, 2), RetrievalError),
    "NaN in a query, exact": (lambda h: exact.search_exact(EYE, NAN, 2), RetrievalError),
    "infinity among the vectors": (
        lambda h: exact.search_exact(np.where(EYE, np.inf, EYE), EYE, 2),
        RetrievalError,
    ),
    "words for vectors": (lambda h: exact.unit_rows([["a", "b"]]), RetrievalError),
    "rows of unequal length": (lambda h: exact.unit_rows([[1.0], [1.0, 2.0]]), RetrievalError),
    "NaN to be routed": (
        lambda h: router.CentroidRouter.fit(EYE, list("abababab")).route(NAN),
        RetrievalError,
    ),
    "labels as one text": (lambda h: router.CentroidRouter.fit(EYE, "abababab"), RetrievalError),
    "-1 found is no neighbour": (
        lambda h: vector_index.recall(np.array([[-1, -1]]), np.array([[3, -1]])),
        0.0,
    ),
    "-1 in the truth does not count": (
        lambda h: vector_index.recall(np.array([[3, 9], [1, 2]]), np.array([[3, -1], [-1, -1]])),
        1.0,
    ),
    "recall without any truth": (lambda h: vector_index.recall([[1]], [[-1]]), RetrievalError),
    "recall of unequal lists": (lambda h: vector_index.recall([[1]], [[1], [2]]), RetrievalError),
    # retrieval: texts and lists
    "one text for chunks": (lambda h: exact.ExactIndex("chunks", h.embedder), RetrievalError),
    "texts for chunks": (lambda h: FaissIndex(["a", "b"], h.embedder), RetrievalError),
    "None for chunks": (lambda h: FaissIndex(None, h.embedder), RetrievalError),
    "a generator of chunks": (lambda h: len(FaissIndex((c for c in h.chunks), h.embedder)), 8),
    "a generator of queries": (lambda h: h.words.search_many((q for q in ["word1"]), 1), RetrievalError),
    "a set of queries": (lambda h: h.exact.search_many({"word1"}, 1), RetrievalError),
    "a tuple of queries": (lambda h: len(h.exact.search_many(("word1", "word2"), 1)), 2),
    "a query of None": (lambda h: h.exact.search(None, 1), RetrievalError),
    "half a surrogate pair": (lambda h: h.words.search("kettle \ud83d", 1), RetrievalError),
    "a generator of texts to embed": (lambda h: Embedder("no", "no").embed(c for c in [3]), RetrievalError),
    "an embedding batch of 0": (lambda h: Embedder("no", "no", batch_size=0), RetrievalError),
    # filters
    "a filter of one word": (lambda h: len(h.exact.search("word1", 8, Filter(domains="products"))), 4),
    "a filter of a list": (lambda h: len(h.exact.search("word1", 8, Filter(domains=["products"]))), 4),
    "a filter from a date": (lambda h: len(h.exact.search("w", 8, Filter(since=date(2026, 1, 1)))), 4),
    "a filter from a month of one digit": (lambda h: Filter(since="2026-1-5"), RetrievalError),
    "a filter until a year": (lambda h: Filter(until=2026), RetrievalError),
    "a filter of numbers": (lambda h: Filter(editions=[2026]), RetrievalError),
    "a dictionary for a filter": (lambda h: h.faiss.search("word1", 1, {"domains": "a"}), RetrievalError),
    "a dictionary for a filter of words": (lambda h: h.words.search("w", 1, where={"a": 1}), RetrievalError),
    "a dictionary that is always on": (lambda h: Filtered(h.exact, {"a": 1}).search("w", 1), RetrievalError),
    # folders of an index
    "a store on a file": (lambda h: open_store("faiss", h.file, 16), CourseError),
    "a store below a file": (lambda h: open_store("faiss", h.file / "below", 16), CourseError),
    "a store of dimension 0": (lambda h: open_store("faiss", h.folder / "s", 0), RetrievalError),
    "a store nowhere": (lambda h: open_store("faiss", None, 16), RetrievalError),
    "an index saved on a file": (lambda h: h.faiss.save(h.file), CourseError),
    "an index.json of {}": (lambda h: h.saved("{}"), RetrievalError),
    "an index.json of a list": (lambda h: h.saved("[1]"), RetrievalError),
    "an index.json of brackets": (lambda h: h.saved("[" * 5000), DataError),
    "a text for vectors to keep": (lambda h: h.store().add(h.chunks[:1], "vector"), RetrievalError),
    "documents by number": (lambda h: h.store().delete([3]), RetrievalError),
    "k as a text, of a store": (lambda h: h.store().search(np.ones((1, 16)), "2"), RetrievalError),
    # what a model writes
    "a reply of brackets": (lambda h: len(h.ask("[" * 1500)), 1),
    "a reply of digits": (lambda h: len(h.ask("It is [" + "1" * 4400 + "]")), 1),
    "a reply that is no text": (lambda h: h.ask(None)[0].citations, ()),
    "JSON between fences": (lambda h: h.ask(FENCED)[0].citations, ("d1",)),
    "a passage cited in a thought": (lambda h: h.ask("<think>[1]</think> No.")[0].citations, ()),
    "a source that is a list": (
        lambda h: citations.cited('{"source": ["d1", 2, null]}', h.hits),
        ("d1", "d2"),
    ),
    "a source that is a number": (lambda h: citations.invented('{"source": 9}', h.hits), ("[9]",)),
    "an answer that is null": (lambda h: values.claims_of('{"answer": null}'), ()),
    "the house style, nested too deep": (lambda h: answers.complies('{"answer": ' + "[" * 999)[0], False),
    "a value that was only thought": (lambda h: answers.value_correct("<think>3 kg", "3 kg"), False),
    # what a model is asked
    "questions as one text": (lambda h: RagPipeline(h.words, h.says("")).answers("Why?"), CourseError),
    "a question of None": (lambda h: RagPipeline(h.words, h.says("")).answer(None), CourseError),
    "a pipeline with k of 2.5": (lambda h: RagPipeline(h.words, h.says(""), k=2.5).answer("w"), CourseError),
    "a threshold as a text": (lambda h: SemanticCache(h.embedder, "0.9"), CourseError),
    "a base URL that is none": (lambda h: ServedModel("http://[half", attempts=1), ModelError),
    "no attempts": (lambda h: ServedModel("http://localhost:1/v1#a", attempts=0), CourseError),
    "no messages": (lambda h: h.wren.replies([[]]), CourseError),
    "one conversation for many": (lambda h: h.wren.replies(h.user("Why?")), CourseError),
    "the assistant speaks last": (lambda h: h.wren.replies([h.talk("Why?", "So.")]), CourseError),
    "a role that is unknown": (lambda h: h.wren.reply(h.user("Why?", role="wizard")), CourseError),
    "a content of None": (lambda h: h.wren.reply(h.user(None)), CourseError),
    "a content in parts": (lambda h: h.wren.reply(h.user([{"type": "text", "text": "Why?"}])), CourseError),
    "half a surrogate pair to a model": (lambda h: h.wren.reply(h.user("\ud83d")), CourseError),
    "a batch of '8'": (lambda h: h.wren.replies([h.user("Why?")], batch_size="8"), CourseError),
    # tuning
    "no steps": (lambda h: h.tune(steps=0), CourseError),
    "a learning rate from YAML": (lambda h: h.tune(learning_rate="1e-4"), CourseError),
    "one and a half epochs": (lambda h: h.tune(epochs=1.5, steps=None), CourseError),
    "an infinite alpha": (lambda h: h.tune(alpha=float("inf")), CourseError),
    "a target with a typo": (lambda h: h.tune(targets=["q_proj", "v_porj"]), ModelError),
    "no targets": (lambda h: h.tune(targets=[]), ModelError),
    "every linear layer, as PEFT writes it": (
        lambda h: len(settings.target_layers(h.wren.model, "all-linear")),
        7,
    ),
    "one target": (lambda h: settings.target_layers(h.wren.model, "q_proj"), ["q_proj"]),
    "a reply of None": (lambda h: h.tune([h.talk("Why?", None)]), CourseError),
    "a reply in parts": (lambda h: h.tune([h.talk("Why?", [{"text": "So."}])]), CourseError),
    "an example without a question": (lambda h: h.tune([h.user("So.", role="assistant")]), CourseError),
    "a conversation for examples": (lambda h: h.tune(h.talk("Why?", "So.")), CourseError),
    "an example of a tool": (lambda h: h.tune([h.user("x", "tool") + h.talk("Why?", "So.")]), CourseError),
    "nowhere to write": (lambda h: h.tune(output=None), CourseError),
    "an adapter below a file": (lambda h: h.tune(output=h.file / "below"), CourseError),
    "an adapter that is cut short": (lambda h: h.altered("cut"), ModelError),
    "an adapter that lacks a layer": (lambda h: h.altered("without_a_layer"), ModelError),
    "an adapter of another base": (lambda h: h.altered("of_another_base"), ModelError),
    "an adapter with an empty config": (lambda h: h.altered("no_config"), ModelError),
    "a head merged that is an embedding too": (
        lambda h: adapters.merge_adapter(h.tune(targets=["lm_head"]).adapter, WREN, quantize=None),
        ModelError,
    ),
    "pairs without contrast": (
        lambda h: tune_retriever([replace(PAIR, negatives=())], h.folder / "r"),
        CourseError,
    ),
    "a pair against itself": (
        lambda h: tune_retriever([replace(PAIR, negatives=(PAIR.positive,))], h.folder / "r"),
        CourseError,
    ),
    "texts for pairs": (lambda h: tune_retriever(["how heavy"], h.folder / "r"), CourseError),
    "negatives as one text": (
        lambda h: tune_retriever([replace(PAIR, negatives="red")], h.folder / "r"),
        CourseError,
    ),
    "every answer yes": (
        lambda h: train_cross_encoder([replace(PAIR, negatives=())], h.folder / "r"),
        CourseError,
    ),
    "negatives of None": (
        lambda h: training_pairs([], h.chunks, h.exact, values.states, negatives=None),
        CourseError,
    ),
    "targets by hand as one word": (lambda h: lora.inject(h.wren.model, "proj", 2, 4), CourseError),
    "a block of 2.5 weights": (lambda h: nf4.quantise(EYE, block=2.5), CourseError),
    "as many examples as a text says": (lambda h: style_examples("3"), CourseError),
    "a set that is curated and empty": (lambda h: check_replies([]), CourseError),
    "a curated reply in plain words": (lambda h: check_replies([CHAT]), CourseError),
    "examples for a tool as one text": (lambda h: export_examples("a", h.folder / "x", "trl"), CourseError),
    "examples for a tool that is none": (lambda h: export_examples([CHAT], h.folder / "x", 3), CourseError),
    "a step of half a row": (lambda h: training_memory(h.wren.model.config, batch=0.5), CourseError),
    "a step of targets that are none": (
        lambda h: training_memory(h.wren.model.config, targets=["head"]),
        CourseError,
    ),
    "four bits of NaN": (lambda h: rounding.rounding_errors(NAN), CourseError),
    "symptoms within no tokens": (lambda h: symptom_table({}, [], 0), CourseError),
    # evaluation
    "a header": (lambda h: h.data_set(["query-id\tcorpus-id\tscore", "q1\td1\t1"]), {"q1": {"d1": 1}}),
    "no header": (lambda h: h.data_set(["q1\td1\t1"]), {"q1": {"d1": 1}}),
    "a bad first line": (lambda h: h.data_set(["q1\td1\t1.0", "q1\td1\t1"]), DataError),
    "two grades for a pair": (lambda h: h.data_set(["q1\td1\t1", "q1\td1\t2"]), DataError),
    "half a character": (lambda h: h.data_set(["q1\td1\t1"], r'{"_id": "d1", "text": "\ud83d"}'), DataError),
    "a line of brackets": (lambda h: h.data_set(["q1\td1\t1"], "[" * 5000), DataError),
    "a list for an _id": (lambda h: h.data_set(["q1\td1\t1"], '{"_id": [], "text": ""}'), DataError),
    "gold as one text": (lambda h: ranking.recall_at_k(["d1"], "d1", 1), CourseError),
    "a ranking as one text": (lambda h: ranking.recall_at_k("d1", ["d1"], 1), CourseError),
    "a grade of NaN": (lambda h: ranking.ndcg_at_k(["d1"], {"d1": float("nan")}, 1), CourseError),
    "recall at NumPy's 1": (lambda h: ranking.recall_at_k(["d1"], ["d1"], np.int32(1)), 1.0),
    "precision at 1.5": (lambda h: ranking.precision_at_k(["d1"], ["d1"], 1.5), CourseError),
    "fewer answers than questions": (lambda h: grounding.as_cases([h.question], []), CourseError),
    "a case without a value": (lambda h: faults.swap_value([h.case], [], 0), CourseError),
    "a pool without others": (lambda h: faults.add_distractors([h.case], [], 0), CourseError),
    "traffic without questions": (lambda h: caching.traffic([], 5), CourseError),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_input_gets_its_right_value_or_an_error_of_the_courses_own(name, here):
    call, expected = ROWS[name]
    if not (isinstance(expected, type) and issubclass(expected, CourseError)):
        assert call(here) == expected
        return
    with pytest.raises(CourseError) as caught:
        call(here)
    assert isinstance(caught.value, expected)
    assert caught.value.problem.strip() and (caught.value.allowed or caught.value.next_step)


def test_the_table_is_long():
    assert len(ROWS) >= 70
