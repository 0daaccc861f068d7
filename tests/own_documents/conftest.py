"""Documents that are not the course's: a bicycle workshop's, packages' own descriptions, data sets' tales.

And a miniature that can read them, if not understand: it is untrained, so what it answers is nonsense.
"""

import shutil
from importlib.metadata import distributions
from pathlib import Path

import pytest

CORPUS = Path(__file__).parent / "corpus"
PACKAGES = ("attrs", "click", "joblib", "pandas", "peft", "pypdf", "pytest", "requests", "tqdm", "urllib3")
LONGEST = 5_000  # characters of a description


@pytest.fixture
def shop(tmp_path):
    """The workshop's folder: Markdown, HTML and text, one of them in a folder below."""
    shutil.copytree(CORPUS, tmp_path / "shop", ignore=shutil.ignore_patterns("*.csv"))
    return tmp_path / "shop"


@pytest.fixture
def sheet(tmp_path):
    """Twenty questions about the workshop, two of which no document answers."""
    return Path(shutil.copy(CORPUS / "questions.csv", tmp_path / "questions.csv"))


def descriptions(folder):
    """The descriptions that installed packages carry, as Markdown: what their authors wrote for everybody."""
    for package in distributions():
        name, text = package.metadata["Name"], package.metadata.get_payload()
        if name.lower() in PACKAGES and isinstance(text, str) and len(text) > 500:
            (folder / f"{name.lower()}.md").write_text(text[:LONGEST], encoding="utf-8")


def tales(folder):
    """What scikit-learn tells of its data sets, and numpy of some of its functions, as plain text."""
    import numpy
    import sklearn.datasets

    for path in sorted((Path(sklearn.datasets.__file__).parent / "descr").glob("*.rst"))[:8]:
        shutil.copy(path, folder / f"{path.stem}.txt")
    for name in ("arange", "clip", "percentile", "linspace"):
        (folder / f"numpy-{name}.txt").write_text(getattr(numpy, name).__doc__, encoding="utf-8")


@pytest.fixture(params=[descriptions, tales], ids=["packages", "data sets"])
def others(request, tmp_path):
    """A folder of texts that come with installed packages."""
    folder = tmp_path / "others"
    folder.mkdir()
    request.param(folder)
    return folder


@pytest.fixture(scope="session")
def babbler(make, tmp_path_factory):
    """The folder of an untrained model whose context holds four passages."""
    return str(make("llama", tmp_path_factory.mktemp("babbler"), context=4096, hidden=32, inner=64))
