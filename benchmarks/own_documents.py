"""What does a document more cost? `compare` on folders of growing size: seconds and memory a document.

    python benchmarks/own_documents.py [largest number of documents]

Each size runs in a process of its own, from an empty work folder, so that its peak is its own. The documents
are short pages about invented machines, no two alike, each cut into three passages; the questions are drafted
from them; FAISS holds the passages, and the search that lesson 04 chose is measured beside it at the two
smaller sizes. The model is wren, asked 24 questions four ways, so that the documents decide, not the answers.
It runs on Linux, whose system counts a process's peak in kilobytes.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

SIZES = (500, 1_000, 2_000, 5_000)
QUESTIONS = 24
THINGS = ("lathe", "loom", "press", "kiln", "mill", "crane", "pump", "oven")
PLACES = ("north hall", "south hall", "boat house", "annex", "cellar", "tower")


def page(number: int, random: Random) -> str:
    """A page of three passages about one machine."""
    thing, place, number_of = random.choice(THINGS), random.choice(PLACES), random.randint
    lines = (
        f"# {thing.capitalize()} {number}",
        f"The {thing} {number} stands in the {place} since {number_of(1, 28)} March {number_of(1990, 2025)}. "
        f"The {thing} draws {number_of(200, 9000)} watts.",
        "## Care",
        f"The {thing} is oiled every {number_of(2, 60)} days. A check takes {number_of(5, 90)} minutes.",
        "## Parts",
        f"| part | code | weight |\n|---|---|---|\n| belt | P-{number} | {number_of(1, 900)} g |",
    )
    return "\n\n".join(lines) + "\n"


def write_folder(folder: Path, count: int) -> None:
    """So many pages, a hundred a folder."""
    random = Random(0)
    for number in range(count):
        path = folder / f"{number // 100:03}" / f"{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(number, random), encoding="utf-8")


def measure(count: int, store: str | None, asked: int) -> dict:
    """One size in this process: seconds by what was going on, and the most memory, in MB."""
    from course_lib.corpus.folder import load_folder
    from course_lib.own_documents import compare_folder, draft_questions, write_drafts

    said: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        docs, work = Path(folder) / "docs", Path(folder) / "work"
        write_folder(docs, count)
        start = time.perf_counter()
        drafts = draft_questions(load_folder(docs).documents, asked)
        questions = write_drafts(Path(folder) / "questions.csv", drafts)
        row = {"documents": count, "search": store or "chosen", "read and draft": time.perf_counter() - start}
        started = time.perf_counter()
        found = compare_folder(
            docs, questions, work=work, store=store, say=lambda text: said.append((time.perf_counter(), text))
        )
        marks = {"read and split": "making", "embed and index": "loading the model"}
        for name, text in marks.items():
            at = next(when for when, line in said if line.startswith(text))
            row[name], started = at - started, at
        row["ask and report"] = time.perf_counter() - started
        row["passages"] = found.passages
        row["report MB"] = found.report.stat().st_size / 1e6
    return row | {"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


def main() -> None:
    """Measure every size, and print the table and what each document more costs."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("largest", type=int, nargs="?", default=SIZES[-1])
    parser.add_argument("--one", nargs=3, metavar=("COUNT", "STORE", "QUESTIONS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        count, store, asked = options.one
        print(json.dumps(measure(int(count), None if store == "chosen" else store, int(asked))))
        return
    sizes = [size for size in SIZES if size <= options.largest]
    runs = [(size, "faiss") for size in sizes] + [(size, "chosen") for size in sizes[:2]]
    rows = []
    for size, store in runs:
        print(f"measuring {size} documents, {store}", flush=True)
        command = [sys.executable, __file__, "--one", str(size), store, str(QUESTIONS)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    table = pd.DataFrame(rows)
    work = table[["read and split", "embed and index"]].sum(axis=1)
    table["ms a document"] = 1000 * work / table["documents"]
    print(table.to_string(index=False, float_format="{:.3g}".format))
    for store, some in table.groupby("search", sort=False):
        first, last = some.iloc[0], some.iloc[-1]
        more = last["documents"] - first["documents"]
        if more:
            print(f"{store}: {1000 * (last['peak MB'] - first['peak MB']) / more:.0f} kB a document more")


if __name__ == "__main__":
    main()
