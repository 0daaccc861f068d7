"""Runs lessons from clean kernels and keeps their outputs.

`python scripts/run_notebooks.py` runs every lesson in order, with `03 07` behind it these two.
A lesson is written back only if no cell failed and nothing in its outputs belongs to one machine or one run:
no stderr, no path, no address of an object, no widget. Blank exercises stay blank, progress stays as it is.
What it took goes into data/results/lessons.json, and the verdicts that it recorded into a file of its own
beside it, lesson-NN-MODEL.json, where `python -m course_lib claims` finds them. With `--verdicts` only these
are kept, so that the lesson shows another profile's run. Two trials write nothing:
`--strict` puts the solutions in place, and anything but *correct* ends it; `--twice` runs every cell two
times, as one does who goes back.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
LESSON = "[0-9][0-9]_*.ipynb"
MEASURED = ROOT / "data" / "results" / "lessons.json"
TIMEOUT = 900  # seconds for one cell
STUB = re.compile(r"^def (\w+)\(.*?(?=^ex\.check\()", re.DOTALL | re.MULTILINE)
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

ROOTS = "home|root|Users|tmp|usr|opt|mnt|var|private|content"
PATHS = re.compile(rf"(?<![\w./:<])/(?:{ROOTS})/\w|\b[A-Za-z]:\\\w")
ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b")
WIDGET = "application/vnd.jupyter.widget"


def find(names: Sequence[str]) -> list[Path]:
    """The notebooks of these names ("03", "03_faiss_index", a path), or all; an unknown one ends it all."""
    every = sorted(NOTEBOOKS.glob(LESSON))
    if not names:
        return every
    found = []
    for name in names:
        stem = Path(name).stem
        matching = [path for path in every if path.stem == stem or path.stem.partition("_")[0] == stem]
        if not matching:
            known = ", ".join(path.stem for path in every) or "none"
            raise SystemExit(f"notebooks: there is no lesson {name!r}; there are: {known}")
        found += matching
    return found


def texts(output: dict[str, Any]) -> Iterator[str]:
    """Every text of one output: a stream, the texts of a display; images are none."""
    data = {"stream": output["text"]} if output["output_type"] == "stream" else output.get("data", {})
    for kind, value in data.items():
        if kind.startswith("image/") and kind != "image/svg+xml":
            continue
        if isinstance(value, list):  # as a file holds it: line by line
            value = "".join(value)
        yield value if isinstance(value, str) else json.dumps(value)


def problems(notebook: dict[str, Any]) -> list[str]:
    """What keeps the outputs of a lesson from being the same on every machine and readable by everybody."""
    found = []
    if "widgets" in notebook["metadata"]:
        found.append("the notebook stores the state of widgets")
    here = [str(folder) for folder in (ROOT, Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix))]
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            kind = output["output_type"]
            if kind == "error":
                found.append(f"cell {number} raised {output['ename']}: {output['evalue']}")
            if kind == "stream" and output["name"] == "stderr":
                found.append(f"cell {number} wrote to stderr: {''.join(output['text']).strip()[:200]}")
            for text in texts(output):
                if PATHS.search(text) or any(folder in text for folder in here if len(folder) > 1):
                    found.append(f"cell {number} shows a path of this machine: {text.strip()[:200]}")
                if ADDRESS.search(text):
                    found.append(f"cell {number} shows an object's address: {text.strip()[:200]}")
            found += [f"cell {number} shows a widget" for name in output.get("data", {}) if WIDGET in name]
            for name in output.get("data", {}):
                if name.startswith("image/") and not output["metadata"].get(name, {}).get("alt"):
                    found.append(f"cell {number} shows an image without alternative text")
    return found


def with_solutions(source: str, lesson: str) -> str:
    """A cell's source, the blank function of an exercise replaced by the one of lesson's solutions."""
    file = f"solutions/{lesson}.py"
    taken = 'from runpy import run_path\n\n{name} = run_path("{file}")["{name}"]\n'
    return STUB.sub(lambda stub: taken.format(name=stub[1], file=file), source)


def execute(path: Path, solved: bool = False, times: int = 1) -> tuple[Any, int | None]:
    """Run a notebook in a fresh kernel of its own, in the folder of the lessons, each cell so many times.

    Returns it with its outputs, and the peak memory of its kernel in bytes where the system tells it.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if solved:
                cell.source = with_solutions(cell.source, path.stem)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        coalesce_streams=True,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            for _ in range(times):
                client.execute_cell(cell, number)
        memory = peak_memory(client.km.provisioner.pid)
    return tidy(notebook), memory


def tidy(notebook: Any) -> Any:
    """The notebook without what differs from run to run: times, versions of the kernel, traces of editors.

    A widget lives as long as its kernel, so where one came with an image, the image stays alone.
    """
    notebook.metadata = METADATA
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for name in [name for name in data if WIDGET in name and "image/png" in data]:
                del data[name]
    return notebook


def peak_memory(pid: int) -> int | None:
    """The most bytes that a running process has held, or None where there is no /proc to ask."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return None
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
    return int(found[1]) * 1024 if found else None


@contextmanager
def new_cache() -> Iterator[None]:
    """Within the block a learner's cache is new, but for the fetched models: these are linked, or copied."""
    from course_lib import runtime

    models, before = runtime.model_cache(), os.environ.get("COURSE_CACHE")
    with tempfile.TemporaryDirectory() as cache:
        if models.is_dir():
            try:
                Path(cache, models.name).symlink_to(models, target_is_directory=True)
            except OSError:  # Windows lets not everybody link
                shutil.copytree(models, Path(cache, models.name))
        os.environ["COURSE_CACHE"] = cache
        try:
            yield
        finally:
            os.environ.pop("COURSE_CACHE")
            if before is not None:
                os.environ["COURSE_CACHE"] = before


def run(path: Path, strict: bool = False, twice: bool = False, verdicts: bool = False) -> list[str]:
    """Run one lesson and, unless it is a trial, write it back if it has no problems; return them.

    With `verdicts` the lesson stays as it is, and what it found of claims is kept.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    sys.path.insert(0, str(ROOT))
    from course_lib import claims, provenance
    from course_lib.files import write_atomically

    told = ["--verdicts"] * verdicts + [path.stem]
    begun = provenance.begin("python scripts/run_notebooks.py", told, seed=0)
    with new_cache():
        try:
            notebook, memory = execute(path, strict, 2 if twice else 1)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return [str(error)]
        said = claims.recorded()
    found = problems(notebook)
    if found:
        return found
    seconds = round(perf_counter() - begun.started)
    held = f", at most {memory / 2**30:.1f} GiB" if memory else ""
    print(f"notebooks: {path.stem} in {seconds} s{held}", flush=True)
    if strict or twice:
        return []
    keep_verdicts(path.stem, begun, said)
    if not verdicts:
        write_atomically(path, nbformat.writes(notebook).rstrip("\n") + "\n")
        keep_cost(path.stem, begun, memory)
    enlist()
    return []


def keep_verdicts(lesson: str, begun, said: dict[str, Any]) -> None:
    """Write the verdicts that a lesson recorded, with the model that it ran; counting needs no keeping."""
    from dataclasses import asdict

    from course_lib import files, runtime
    from course_lib.tuning.recipes import base_sha256

    measured = {claim: asdict(finding) for claim, finding in said.items() if not finding.working}
    model = Path(runtime.current().language_model).name
    path = MEASURED.with_name(f"lesson-{lesson[:2]}-{model}.json")
    if measured:
        made_by = {"model": model, "base_sha256": base_sha256(), **begun.written()}
        files.write_json(path, made_by | {"verdicts": measured})
    else:
        path.unlink(missing_ok=True)  # what an earlier form of the lesson measured


def keep_cost(lesson: str, begun, memory: int | None) -> None:
    """Write what a lesson took, with the machine that it took it on."""
    from course_lib import files

    kept = files.read_json(MEASURED) if MEASURED.is_file() else {}
    kept[lesson] = {
        "peak_gib": round(memory / 2**30, 1) if memory else None,
        "profile": os.environ["COURSE_PROFILE"],
        **begun.written(("jupyterlab", "torch")),
    }
    files.write_json(MEASURED, dict(sorted(kept.items())))


def enlist() -> None:
    """Bring the manifest up to date, without which nothing that was kept is read."""
    from course_lib.manifest import write_manifest
    from course_lib.runtime import DATA

    if MEASURED.is_relative_to(DATA):
        write_manifest()


def main(arguments: Sequence[str]) -> int:
    """Run the named lessons, or all; return 1 if one of them was refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="03, 03_faiss_index or a path; without one, all")
    parser.add_argument("--strict", action="store_true", help="with the solutions, and write nothing")
    parser.add_argument("--twice", action="store_true", help="every cell two times, and write nothing")
    parser.add_argument("--verdicts", action="store_true", help="keep what it finds of claims, and no more")
    options = parser.parse_args(arguments)
    os.environ.setdefault("COURSE_PROFILE", "laptop")
    if os.environ["COURSE_PROFILE"] == "laptop":
        os.environ["HF_HUB_OFFLINE"] = "1"  # what a laptop needs is on its disk
    os.environ.pop("COURSE_STRICT", None)
    os.environ["COURSE_PROGRESS"] = "off"
    if options.strict:
        os.environ["COURSE_STRICT"] = "1"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    refused = 0
    for path in find(options.lessons):
        for problem in run(path, options.strict, options.twice, options.verdicts):
            refused = 1
            print(f"notebooks: {path.stem} is refused: {problem}", file=sys.stderr, flush=True)
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
