"""The packages' faces: every name is there, none is a module's, and nothing is imported before it is used."""

import re
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

from course_lib import files, runtime

NAMES = ("corpus", "retrieval", "generation", "tuning", "evaluation", "own_documents")
PACKAGES = [f"course_lib.{name}" for name in NAMES]


@pytest.mark.parametrize("package", PACKAGES)
def test_each_name_is_there_and_is_no_module(package):
    module = import_module(package)
    modules = {each.name for each in iter_modules(module.__path__)}
    assert module.__all__ and not modules & set(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = module.nothing


def test_a_face_alone_imports_no_heavy_library():
    code = f"import sys, {', '.join(PACKAGES)}; print({{'numpy', 'torch', 'faiss'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


LESSONS = sorted((runtime.ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_takes_a_name_from_the_package_that_shows_it(path):
    faces = {package: set(import_module(package).__all__) for package in PACKAGES}
    for cell in files.read_json(path)["cells"]:
        code = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
        for package, names in re.findall(r"from (course_lib\.\w+)\.\w+ import ([\w, ]+)", code):
            assert not faces.get(package, set()) & set(re.findall(r"\w+", names)), code
