"""What lesson 02 stores: its embedder of long texts, and the results that the lesson reads."""

import string

import numpy as np
import pytest

from course_lib.corpus.windows import SPLITTERS
from course_lib.experiments import chunk_grid
from course_lib.files import read_json
from course_lib.manifest import data_file


class LetterEmbedder:
    """A real, if poor, embedder of dimension 26: how often each letter stands in a text, at length 1."""

    dimension = 26

    def embed(self, texts):
        counts = np.array([[text.count(letter) for letter in string.ascii_lowercase] for text in texts])
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def test_a_long_text_gets_the_mean_of_its_pieces():
    embedder = LetterEmbedder()
    short, long = chunk_grid.InPieces(embedder, words=2).embed(["a b", "a a b b c"])
    assert np.allclose(short, embedder.embed(["a b"])[0], atol=1e-6)
    mean = embedder.embed(["a a", "b b", "c"]).mean(axis=0)
    assert np.allclose(long, mean / np.linalg.norm(mean), atol=1e-6)


@pytest.fixture(scope="module")
def stored():
    return read_json(data_file("results/chunking.json"))


def test_the_stored_grid_is_whole_and_its_choice_was_made_among_it(stored):
    settings = {(row["splitter"], row["size"], row["overlap"]) for row in stored["grid"]}
    assert len(settings) == len(stored["grid"])
    for name in [*SPLITTERS, "library"]:
        assert {size for splitter, size, _ in settings if splitter == name} == set(chunk_grid.SIZES)
    assert ("windows", *chunk_grid.CLAIMED) in settings
    assert {tuple(key) for key in stored["chosen on dev"].values()} <= settings
    assert "chunking" in stored["command"] and stored["versions"]["torch"]


def test_every_stored_interval_holds_its_mean_and_a_larger_budget_finds_no_less(stored):
    for row in stored["grid"]:
        for group in ("all", "table"):
            scores = row[group]
            assert all(0 <= each["low"] <= each["mean"] <= each["high"] <= 1 for each in scores.values())
            assert scores["360 words"]["mean"] <= scores["720 words"]["mean"]
            assert scores["360 words, named"]["mean"] <= scores["360 words"]["mean"]
    assert {arm["questions"] for arm in stored["reading"].values()} == {186}
