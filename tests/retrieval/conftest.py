"""The course's embedder on a handful of chunks, with a cache of its own."""

import string

import numpy as np
import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, load_documents
from course_lib.retrieval.embedding import load_embedder
from course_lib.runtime import DATA

PAGES = {
    "PR-201": (
        "Harbour Kettle",
        "It holds 1.7 litres and weighs 412 g.",
        "Descale it with vinegar every month.",
    ),
    "PR-202": ("Pier Lamp", "It takes a bulb of 8 W.", "The shade is linen, dyed in Thornwick."),
    "CU-201": ("Returns", "You may send a thing back within 45 days.", "We pay the postage in the country."),
    "HB-201": ("Holidays", "Everybody has 28 days of leave a year.", "Ask your team two weeks before."),
    "IT-201": ("Gateway", "The till gateway listens on port 8443.", "Restart it when the light is amber."),
}


class LetterEmbedder:
    """A real, if poor, embedder of dimension 26: how often each letter stands in a text."""

    fingerprint = "letters"
    dimension = len(string.ascii_lowercase)

    def embed(self, texts):
        counts = [[text.lower().count(letter) for letter in string.ascii_lowercase] for text in texts]
        return np.array(counts, np.float32).reshape(-1, self.dimension)


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, cache_folder):
    """Embeddings go to a folder of the test run, not to the learner's."""
    monkeypatch.setenv("COURSE_CACHE", str(cache_folder))


@pytest.fixture(scope="session")
def embedder():
    return load_embedder()


@pytest.fixture
def letters():
    return LetterEmbedder()


@pytest.fixture(scope="session")
def documents():
    return [
        Document(
            number,
            title,
            "products",
            "2026",
            "2026-01-01",
            None,
            "written",
            f"## Facts\n\n{one}\n\n## Use\n\n{two}",
        )
        for number, (title, one, two) in PAGES.items()
    ]


@pytest.fixture(scope="session")
def chunks(documents):
    """Ten chunks of five documents."""
    return split(documents)


@pytest.fixture(scope="session")
def course_chunks(chunks):
    """The company's own chunks where its documents are at hand, else the ten."""
    return split(load_documents("2026")) if (DATA / "manifest.json").is_file() else chunks


@pytest.fixture(scope="session")
def vectors():
    """2,000 unit vectors of dimension 32 in loose clumps."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((40, 32))
    points = centres[rng.integers(0, 40, 2000)] + 0.7 * rng.standard_normal((2000, 32))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="session")
def queries(vectors):
    """50 unit vectors, each near one of the 2,000."""
    near = vectors[::40] + 0.1 * np.random.default_rng(1).standard_normal((50, 32))
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
