"""The packages' faces: every name is there, none is a module's, and nothing is imported before it is used."""

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

PACKAGES = [f"course_lib.{name}" for name in ("corpus", "retrieval", "generation", "tuning", "evaluation")]


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
