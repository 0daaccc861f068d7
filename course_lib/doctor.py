"""One screen about this machine, and what to do about what is wrong: `python -m course_lib doctor`.

It looks at a machine on which nothing is installed yet, so it imports no library before it needs one.
"""

import os
import platform
import runpy
import sys
import textwrap
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import course_lib
from course_lib import files, runtime
from course_lib.errors import CourseError, DataError
from course_lib.generation.model_files import check_model_folder, verify_weights
from course_lib.manifest import NAME, checksums, verify_data

MEMORY_NEEDED = 5e9  # bytes that the largest lesson takes at its peak


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found, and what to do about it: an empty string where all is well."""

    name: str
    found: str
    advice: str = ""


def examine(data: Path = runtime.DATA) -> list[Finding]:
    """Look at everything that the lessons need; what goes wrong becomes a finding, never an error."""
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", _python),
        ("packages", _packages),
        ("device", _device),
        ("memory", _memory),
        ("profile", _profile),
        ("embeddings", _embeddings),
        ("data", lambda: _data(data)),
        ("wren", lambda: _wren(data)),
        ("SmolLM2", _smollm2),
    ]
    findings = []
    for name, check in checks:
        try:
            findings.append(check())
        except CourseError as error:
            findings.append(Finding(name, error.problem, error.next_step or f"allowed is {error.allowed}"))
        except Exception as error:  # a broken library may raise anything, and the rest still deserves a look
            reason = f"{type(error).__name__}: {error}"
            findings.append(Finding(name, f"cannot be looked at: {reason}", _reinstall()))
    return findings


def report(findings: list[Finding]) -> str:
    """The findings as one screen of text, 100 columns wide, with what to do under each that is wrong."""
    lines = [f"course_lib {course_lib.__version__} in {runtime.ROOT}"]
    for finding in findings:
        mark = "WRONG" if finding.advice else "ok"
        text = "\n".join(_wrapped(line) for line in finding.found.split("\n"))
        lines.append(f"  {mark:<5}  {finding.name:<11}{text.lstrip()}")
        if finding.advice:
            lines.append(_wrapped(f"Next: {finding.advice}"))
    wrong = sum(bool(finding.advice) for finding in findings)
    lines.append("All is well." if not wrong else f"{wrong} of {len(findings)} need your attention.")
    return "\n".join(lines)


def fetch() -> None:
    """Bring SmolLM2 into the cache, as it comes and as this course taught it; raises ModelError."""
    from course_lib.generation import pretrained

    if not runtime.has_pretrained():
        print(f"fetching {runtime.PRETRAINED} (93 MB, once; it is made ready in about a minute)", flush=True)
    for name in (runtime.PRETRAINED, runtime.READER)[: 2 if runtime.has_adapter() else 1]:
        folder = pretrained.model_folder(name)
        print(f"{name}: {sum(p.stat().st_size for p in folder.iterdir()) / 1e6:.0f} MB in {folder.parent}")


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    wanted = _project()["requires-python"]
    from packaging.specifiers import SpecifierSet

    fits = SpecifierSet(wanted).contains(platform.python_version(), prereleases=True)
    advice = f"the course needs Python {wanted}: make setup PYTHON=python3.12"
    return Finding("Python", found, "" if fits else advice)


def _packages() -> Finding:
    from packaging.requirements import Requirement

    versions, unfit = [], []
    for requirement in map(Requirement, _project()["dependencies"]):
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            unfit.append(f"{requirement.name} is missing")
            continue
        versions.append(f"{requirement.name} {version}")
        if not requirement.specifier.contains(version, prereleases=True):
            unfit.append(f"{requirement.name} {version} is not {requirement.specifier}")
    if unfit:
        return Finding("packages", "; ".join(unfit), _reinstall())
    return Finding("packages", " · ".join(versions))


def _device() -> Finding:
    import torch

    found = f"CPU, {os.cpu_count()} cores, {torch.get_num_threads()} used by PyTorch"
    if torch.cuda.is_available():
        found = f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}; {found}"
    return Finding("device", found)


def _memory() -> Finding:
    import psutil
    import torch

    memory = psutil.virtual_memory()
    found = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        found += f"; on the GPU {free / 1e9:.1f} of {total / 1e9:.1f} GB"
    enough = memory.available >= MEMORY_NEEDED
    advice = f"close other programs: a lesson takes up to {MEMORY_NEEDED / 1e9:.0f} GB"
    return Finding("memory", found, "" if enough else advice)


def _profile() -> Finding:
    chosen = runtime.resolve()
    source = "set by COURSE_PROFILE" if os.environ.get("COURSE_PROFILE") else "chosen for this machine"
    return Finding("profile", f"{chosen}, {source}".removeprefix("profile "))


def _embeddings() -> Finding:
    from course_lib.retrieval.embedding import PACKAGE, load_embedder

    embedder = load_embedder()
    if Path(embedder.source).is_dir():
        return Finding("embeddings", f"all-MiniLM-L6-v2, SHA-256 {embedder.fingerprint[:16]}… as published")
    found = f"the package {PACKAGE} is missing: the hub would be asked for {embedder.source}"
    return Finding("embeddings", found, _reinstall())


def _data(data: Path) -> Finding:
    return Finding("data", f"{verify_data(data)} files, all as in {data / NAME}")


def _wren(data: Path) -> Finding:
    folder = data / "models" / "wren"
    check_model_folder(folder)
    verify_weights(folder, data)
    weights = folder / "model.safetensors"
    if weights.relative_to(data).as_posix() not in checksums(data):
        raise DataError(f"{data / NAME} does not list wren's weights.", next_step="git checkout -- data")
    return Finding("wren", f"{weights.stat().st_size / 1e6:.1f} MB of weights, all files as in the manifest")


def _smollm2() -> Finding:
    from course_lib.generation import package, pretrained

    folder = runtime.model_cache() / runtime.PRETRAINED
    if not runtime.has_pretrained():
        return Finding("SmolLM2", f"not in {folder.parent}; lessons run in the profile tiny", runtime.FETCH)
    if not runtime.is_whole(folder, package.GGUF_SHA256):
        return Finding("SmolLM2", f"damaged in {folder.parent}; the next lesson makes it anew", runtime.FETCH)
    if not runtime.has_adapter():
        return Finding("SmolLM2", f"as it comes, whole, in {folder.parent}; no adapter in this clone yet")
    taught = pretrained.model_folder(runtime.READER)
    return Finding("SmolLM2", f"as it comes and as {taught.name}, whole, in {taught.parent}")


def _project() -> dict:
    return tomllib.loads(files.read_text(runtime.ROOT / "pyproject.toml"))["project"]


def _reinstall() -> str:
    return f"in {runtime.ROOT}: make setup, or pip install -e . -c constraints.txt"


def _wrapped(text: str) -> str:
    indent = " " * 20
    return textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


if __name__ == "__main__":  # as people guess it: python -m course_lib.doctor
    sys.argv[1:1] = ["doctor"]
    runpy.run_module("course_lib", run_name="__main__")
