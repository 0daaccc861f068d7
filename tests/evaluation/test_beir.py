"""A data set in the BEIR form is read, checked and evaluated in one call, as the reference package would."""

import json
import random
from dataclasses import replace

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, P, R, nDCG

from course_lib.errors import DataError, RetrievalError
from course_lib.evaluation import ranking
from course_lib.evaluation.beir import load_beir_folder
from course_lib.evaluation.ranking import dense_retriever, evaluate_beir_folder
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.embedding import WORTH_KEEPING
from course_lib.retrieval.types import Hit

CORPUS = [
    {"_id": "d1", "title": "Harbour Kettle", "text": "The kettle holds 1.7 litres and weighs 412 g."},
    {"_id": "d2", "title": "Pier Lamp", "text": "The lamp takes a bulb of 8 W."},
    {"_id": "d3", "text": "A thing may be sent back within 45 days."},
    {"_id": "d4", "title": "Care", "text": "Descale the kettle with vinegar; never the lamp."},
    {"_id": "d5", "title": "", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "How much does the kettle hold?", "metadata": {}},
    {"_id": "q2", "text": "Which bulb goes into the lamp?"},
    {"_id": "q3", "text": "How do I return something?"},
    {"_id": "q4", "text": "Who founded the shop?"},
]
QRELS = [("q1", "d1", 2), ("q1", "d4", 1), ("q1", "d3", 0), ("q2", "d2", 3), ("q3", "d3", 1), ("q4", "d5", 0)]


def write_beir(folder, corpus=CORPUS, queries=QUERIES, qrels=QRELS, name="qrels/test.tsv"):
    for file, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        folder.mkdir(exist_ok=True)
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / file).write_text("".join(lines), encoding="utf-8")
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    lines = ["\t".join(map(str, row)) for row in [("query-id", "corpus-id", "score"), *qrels]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path):
    return write_beir(tmp_path / "shop")


class Shuffled:
    """A retriever that ranks the documents at random, each query anew but always alike."""

    def __init__(self, chunks, seed):
        self.chunks, self.seed = chunks, seed

    def search(self, query, k):
        ranked = random.Random(f"{self.seed} {query}").sample(self.chunks, k)
        return [Hit(chunk, 1 / rank, rank) for rank, chunk in enumerate(ranked, start=1)]

    def search_many(self, queries, k):
        return [self.search(query, k) for query in queries]


def test_it_is_read_as_it_stands(folder):
    beir = load_beir_folder(folder)
    assert [(each.id, each.document_id, each.title) for each in beir.chunks[:3]] == [
        ("d1", "d1", "Harbour Kettle"),
        ("d2", "d2", "Pier Lamp"),
        ("d3", "d3", ""),
    ]
    assert beir.chunks[0].passage == "Harbour Kettle\nThe kettle holds 1.7 litres and weighs 412 g."
    assert beir.queries["q2"] == "Which bulb goes into the lamp?"
    assert beir.gold["q1"] == {"d1": 2, "d4": 1, "d3": 0}


def test_one_call_ranks_by_meaning(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    table = evaluate_beir_folder(folder, k=3)
    assert list(table.columns) == ["query_id", "recall@3", "precision@3", "reciprocal_rank", "ndcg@3"]
    assert list(table["query_id"]) == ["q1", "q2", "q3"]  # q4 has no relevant document
    assert table["reciprocal_rank"].tolist() == [1, 1, 1]
    assert table["recall@3"].tolist() == [1, 1, 1]


def test_only_a_small_corpus_fills_the_cache(folder, monkeypatch, tmp_path):
    cache = tmp_path / "cache"
    monkeypatch.setenv("COURSE_CACHE", str(cache))
    first = load_beir_folder(folder).chunks[0]
    chunks = [replace(first, text=f"Text {number}") for number in range(WORTH_KEEPING)]
    monkeypatch.setattr(ranking, "WORTH_CACHING", len(chunks) - 1)
    large = dense_retriever(chunks)
    assert not cache.exists()
    monkeypatch.setattr(ranking, "WORTH_CACHING", len(chunks))
    small = dense_retriever(chunks)
    assert len(list(cache.glob("*.npz"))) == 1
    np.testing.assert_allclose(large.vectors, small.vectors, atol=1e-5)


@pytest.fixture
def large(tmp_path):
    """200 documents and 40 queries with up to 9 judgements each, graded from -1 to 4."""
    rng = random.Random(7)
    words = [f"word{number}" for number in range(300)]
    corpus = [{"_id": f"d{each}", "text": " ".join(rng.choices(words, k=30))} for each in range(200)]
    queries = [{"_id": f"q{each}", "text": " ".join(rng.choices(words, k=4))} for each in range(40)]
    judged = {
        query["_id"]: {rng.choice(corpus)["_id"]: rng.randint(-1, 4) for _ in range(rng.randint(1, 9))}
        for query in queries
    }
    qrels = [(query, *judgement) for query, grades in judged.items() for judgement in grades.items()]
    return write_beir(tmp_path / "large", corpus, queries, qrels), judged


@pytest.mark.parametrize("k", [1, 10, 100])
@pytest.mark.parametrize("ranker", ["words", 0, 1, 2])
def test_the_scores_are_those_of_ir_measures(large, ranker, k):
    folder, judged = large
    made = []

    def retriever_for(chunks):
        made.append(Bm25Index(chunks) if ranker == "words" else Shuffled(chunks, ranker))
        return made[-1]

    table = evaluate_beir_folder(folder, retriever_for, k=k).set_index("query_id")
    assert len(table) == sum(max(grades.values()) > 0 for grades in judged.values()) < 40
    queries = load_beir_folder(folder).queries
    run = {
        query: {hit.chunk.id: 1000.0 - hit.rank for hit in made[0].search(queries[query], k)}
        for query in table.index
    }
    measures = {R @ k: f"recall@{k}", P @ k: f"precision@{k}", nDCG @ k: f"ndcg@{k}"}
    measures |= {RR @ k: "reciprocal_rank"}
    qrels = {query: judged[query] for query in table.index}
    compared = 0
    for each in ir_measures.iter_calc(list(measures), qrels, run):
        assert table.loc[each.query_id, measures[each.measure]] == pytest.approx(each.value, abs=1e-9)
        compared += 1
    assert compared == len(measures) * sum(bool(hits) for hits in run.values())
    means = ir_measures.calc_aggregate(list(measures), qrels, run)
    for measure, value in means.items():
        assert table[measures[measure]].mean() == pytest.approx(value, abs=1e-9)
    assert k == 1 or 0 < table[f"ndcg@{k}"].mean() < 1


def test_a_document_is_not_found_for_itself(tmp_path):
    queries = [{"_id": "d1", "text": CORPUS[0]["text"]}, {"_id": "q2", "text": "vinegar"}]
    folder = write_beir(tmp_path / "arguana", queries=queries, qrels=[("d1", "d4", 1), ("q2", "d4", 1)])
    table = evaluate_beir_folder(folder, Bm25Index, k=1)
    assert table["recall@1"].tolist() == [1, 1]
    assert evaluate_beir_folder(folder, Bm25Index, k=5)["reciprocal_rank"].tolist() == [1, 1]


def test_judgements_come_from_a_split_or_from_one_file(folder, tmp_path):
    dev = write_beir(folder, qrels=[("q2", "d2", 1)], name="qrels/dev.tsv")
    assert list(evaluate_beir_folder(dev, Bm25Index, "dev", k=2)["query_id"]) == ["q2"]
    with pytest.raises(DataError, match=r"train.tsv is missing") as caught:
        load_beir_folder(folder, "train")
    assert caught.value.allowed == "the splits dev, test"
    single = write_beir(tmp_path / "single", name="qrels.tsv")
    assert load_beir_folder(single) == load_beir_folder(folder)


def test_a_table_without_names_keeps_its_first_line(folder):
    (folder / "qrels/test.tsv").write_text("q2\td2\t1\r\nq3\td3\t1\r\n", encoding="utf-8")
    assert list(load_beir_folder(folder).gold) == ["q2", "q3"]


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_or_unreadable_file_is_named(folder, name):
    (folder / name).write_bytes(b"caf\xe9\n")
    with pytest.raises(DataError, match=f"{name} is not UTF-8"):
        load_beir_folder(folder)
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing") as caught:
        load_beir_folder(folder)
    assert "qrels" in caught.value.allowed
    (folder / name).mkdir()
    with pytest.raises(DataError, match=name):
        load_beir_folder(folder)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("corpus.jsonl", '{"_id": "d9",', "is not JSON"),
        ("corpus.jsonl", '["d9"]', "lacks an _id or a text"),
        ("corpus.jsonl", '{"text": "x"}', "lacks an _id or a text"),
        ("corpus.jsonl", '{"_id": "d9", "text": null}', "lacks an _id or a text"),
        ("corpus.jsonl", '{"_id": "d1", "text": "x"}', "'d1' of an earlier line"),
        ("queries.jsonl", '{"_id": "q9"}', "lacks an _id or a text"),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}', "'q1' of an earlier line"),
        ("qrels/test.tsv", "q1 0 d1 1", "no judgement"),
        ("qrels/test.tsv", "q1\td1", "no judgement"),
        ("qrels/test.tsv", "q1\td1\tgood", "no judgement"),
    ],
)
def test_a_bad_line_is_named_by_its_number(folder, name, line, said):
    path = folder / name
    number = len(path.read_text(encoding="utf-8").split("\n")) + 1  # after a blank line, which counts
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"Line {number} of .*{path.name} .*{said}"):
        load_beir_folder(folder)


def test_ids_that_are_not_there_are_counted_and_the_first_is_named(tmp_path):
    qrels = [*QRELS, ("q1", "d8", 1), ("q2", "d9", 1), ("q9", "d7", 0)]
    with pytest.raises(DataError, match=r"names 2 ids \(of 6\) that .*corpus.jsonl lacks, first 'd8'"):
        load_beir_folder(write_beir(tmp_path / "a", qrels=qrels))
    with pytest.raises(DataError, match=r"names 1 ids \(of 4\) that .*queries.jsonl lacks, first 'q8'"):
        load_beir_folder(write_beir(tmp_path / "b", qrels=[*QRELS, ("q8", "d1", 1)]))


def test_what_has_nothing_to_evaluate_is_refused(tmp_path):
    with pytest.raises(DataError, match="no document is relevant"):
        load_beir_folder(write_beir(tmp_path / "a", qrels=[("q1", "d1", 0)]))
    with pytest.raises(DataError, match="no document is relevant"):
        load_beir_folder(write_beir(tmp_path / "b", qrels=[]))
    with pytest.raises(DataError, match="1 queries in .* have no text, the first is 'q5'"):
        load_beir_folder(write_beir(tmp_path / "c", queries=[*QUERIES, {"_id": "q5", "text": " "}]))
    with pytest.raises(DataError, match="corpus.jsonl lacks"):
        load_beir_folder(write_beir(tmp_path / "d", corpus=[]))


@pytest.mark.parametrize("k", [0, 6])
def test_k_out_of_range_is_refused_before_anything_is_indexed(folder, k):
    with pytest.raises(RetrievalError, match="out of range"):
        evaluate_beir_folder(folder, lambda chunks: pytest.fail("indexed all the same"), k=k)
