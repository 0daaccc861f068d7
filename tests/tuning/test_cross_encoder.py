"""A cross-encoder learns from pairs, repeats itself, and loads as a re-ranker."""

import numpy as np
import pytest

from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, ModelError
from course_lib.files import sha256
from course_lib.retrieval.rerank import load_cross_encoder
from course_lib.tuning.cross_encoder import train_cross_encoder
from course_lib.tuning.retriever import TrainingPair

pytestmark = pytest.mark.slow

THINGS = ("kettle", "lamp", "shop", "tax form")
PAIRS = [
    TrainingPair(
        f"how heavy is the {thing} {n}",
        f"the {thing} {n} weighs {n}{n} g",
        (f"the {thing} {n} is tall and red", f"when the {thing} opens at {n}"),
        f"{thing} {n}",
    )
    for n in range(4)
    for thing in THINGS
]


def train(base, output, **changes):
    settings = {"epochs": 12, "learning_rate": 3e-3, "batch_size": 8, "seed": 0}
    return train_cross_encoder(PAIRS, output, base=str(base), **(settings | changes))


@pytest.fixture(scope="module")
def trained(tiny_embedder, tmp_path_factory):
    """A miniature trained, and the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr("course_lib.runtime._current", None)
        return train(tiny_embedder, tmp_path_factory.mktemp("run") / "trained")


def chunk(text):
    return Chunk(text, text, "", "", text, "", "", 0, len(text))


def test_the_loss_falls_and_the_reranker_prefers_what_answers(trained):
    assert np.mean(trained.losses[-3:]) < 0.6 * np.mean(trained.losses[:3])
    reranker = load_cross_encoder(str(trained.folder))
    for pair in PAIRS:
        scores = reranker.score(pair.question, [chunk(text) for text in (*pair.negatives, pair.positive)])
        assert scores.shape == (3,) and scores.argmax() == 2


def test_each_pair_gives_a_row_for_its_passage_and_one_for_each_negative(trained, tiny_embedder):
    assert trained.examples == 3 * len(PAIRS)
    assert trained.steps == len(trained.losses) == 12 * 3 * len(PAIRS) / 8
    assert trained.config == {
        "epochs": 12,
        "learning_rate": 3e-3,
        "batch_size": 8,
        "seed": 0,
        "base": str(tiny_embedder),
        "negatives": 2,
    }


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_embedder, trained, tmp_path):
    weights = [
        sha256(train(tiny_embedder, tmp_path / str(n), seed=n).folder / "model.safetensors") for n in (0, 1)
    ]
    assert weights[0] == sha256(trained.folder / "model.safetensors") != weights[1]


def test_the_folder_holds_safetensors_and_nothing_that_runs_code_when_loaded(trained):
    names = [path.name for path in trained.folder.rglob("*") if path.is_file()]
    assert "model.safetensors" in names and "config.json" in names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl", ".pth", ".py"))]


def test_training_prints_nothing_and_logging_goes_on_as_before(tiny_embedder, tmp_path, capfd):
    import logging

    train(tiny_embedder, tmp_path / "quiet", epochs=1)
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == logging.NOTSET


def test_what_cannot_be_trained_is_refused(tiny_embedder, tmp_path):
    with pytest.raises(CourseError, match="no pairs"):
        train_cross_encoder([], tmp_path / "x", base=str(tiny_embedder))
    with pytest.raises(CourseError, match="learning_rate"):
        train(tiny_embedder, tmp_path / "x", learning_rate=0)
    with pytest.raises(ModelError, match="no sentence-transformers model"):
        train(tmp_path, tmp_path / "x")
    with pytest.raises(ModelError, match="No cross-encoder can be made"):
        train("nobody/has-this-model", tmp_path / "x")
