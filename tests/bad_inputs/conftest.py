"""What the table of bad inputs hands in: indexes, a model, an adapter, and ways to make or damage a file."""

import json
import shutil
import zlib
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib import runtime
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, Question
from course_lib.evaluation import beir, grounding
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.generation.types import Reply
from course_lib.retrieval import exact, fusion
from course_lib.retrieval.bm25 import Bm25Index
from course_lib.retrieval.faiss_index import FaissIndex
from course_lib.retrieval.stores import open_store
from course_lib.tuning.train import train_adapter

WREN = runtime.DATA / "models" / "wren"


class Stub:
    """16 numbers made from a text's checksum."""

    fingerprint, dimension = "stub", 16

    def embed(self, texts):
        rows = [np.random.default_rng(zlib.crc32(text.encode())).standard_normal(16) for text in texts]
        return np.array(rows, np.float32).reshape(-1, 16)


class Says:
    """A model that answers everything with one text."""

    name = "says"

    def __init__(self, text):
        self.text = text

    def replies(self, conversations, batch_size=32, max_new_tokens=64):
        return [Reply(self.text, 1, 1, {}) for _ in conversations]


def talk(question, answer):
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def user(content, role="user"):
    return [{"role": role, "content": content}]


def tune(here, examples=None, **changes):
    given = {"output": here.folder / "new", "steps": 1, "quantize": None, "rank": 2} | changes
    return train_adapter([talk("How heavy?", "3 kg.")] if examples is None else examples, WREN, **given)


def kept(here, name, lines):
    (here.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def data_set(here, qrels, corpus='{"_id": "d1", "text": "a kettle"}'):
    kept(here, "corpus.jsonl", [corpus])
    kept(here, "queries.jsonl", ['{"_id": "q1", "text": "kettle"}'])
    kept(here, "qrels.tsv", qrels)
    return beir.load_beir_folder(here.folder).gold


def saved(here, text):
    here.faiss.save(here.folder)
    (here.folder / "index.json").write_text(text, encoding="utf-8")
    return FaissIndex.load(here.folder, here.embedder)


def altered(here, damage):
    """A copy of a whole adapter, damaged, put on wren."""
    shutil.copytree(here.adapter, here.folder / "copy")
    DAMAGES[damage](here.folder / "copy")
    return load_language_model(WREN, here.folder / "copy")


def cut(folder):
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def without_a_layer(folder):
    from safetensors.numpy import load_file, save_file

    path = folder / "adapter_model.safetensors"
    save_file({name: each for name, each in load_file(path).items() if "layers.0" not in name}, path)


def of_another_base(folder):
    record = json.loads((folder / "training_run.json").read_text(encoding="utf-8"))
    (folder / "training_run.json").write_text(
        json.dumps(record | {"base_sha256": "0" * 64}), encoding="utf-8"
    )


def no_config(folder):
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")


BUILDERS = {"tune": tune, "kept": kept, "data_set": data_set, "saved": saved, "altered": altered}
DAMAGES = {each.__name__: each for each in (cut, without_a_layer, of_another_base, no_config)}


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """What is dear to make: wren, loaded once, an adapter of it, and three indexes over eight chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr("course_lib.runtime._current", None)
        documents = [Document(f"d{n}", "", "", "", "", None, "written", f"word{n}") for n in range(8)]
        chunks = [
            replace(c, domain="products" if n % 2 else "", effective=f"202{5 + n % 2}-01-05")
            for n, c in enumerate(split(documents))
        ]
        exact_index, words = exact.ExactIndex(chunks, Stub()), Bm25Index(chunks)
        run = tune(SimpleNamespace(folder=tmp_path_factory.mktemp("adapter")))
        question = Question("q1", "How heavy?", None, ("d1",), "", "", "", "", "2026", "test", "f1")
        yield {
            "talk": talk,
            "user": user,
            "embedder": Stub(),
            "says": Says,
            "chunks": chunks,
            "exact": exact_index,
            "words": words,
            "faiss": FaissIndex(chunks, Stub()),
            "hybrid": fusion.HybridRetriever([exact_index, words]),
            "hits": [replace(words.search(f"word{n}", 1)[0], rank=n) for n in (1, 2)],
            "ask": lambda text: RagPipeline(words, Says(text), k=1).answers(["word1"]),
            "wren": load_language_model(WREN),
            "adapter": run.adapter,
            "question": question,
            "case": grounding.Case(question, (), "It is."),
        }


@pytest.fixture
def here(parts, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "tiny")
    (tmp_path / "a file").write_text("x", encoding="utf-8")
    (tmp_path / "work").mkdir()
    opened = []

    def store():
        opened.append(open_store("faiss", tmp_path / "store", 16))
        return opened[-1]

    found = SimpleNamespace(**parts, folder=tmp_path / "work", file=tmp_path / "a file", store=store)
    for name, builder in BUILDERS.items():
        setattr(found, name, partial(builder, found))
    yield found
    for each in opened:
        each.close()
