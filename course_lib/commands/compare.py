"""`python -m course_lib compare`: lesson 09's comparison on a folder of your own, from documents to a report.

Without --questions it drafts some from the documents and stops, so that a person looks at them first; the
same command then goes on with that file.
"""

import argparse
from pathlib import Path

from course_lib.errors import CourseError

STOPPED = 130  # as a shell tells Ctrl+C


def add(parser: argparse.ArgumentParser) -> None:
    """Documents, questions, and what may differ from the defaults."""
    add = parser.add_argument
    add("--docs", type=Path, required=True, help="a folder of Markdown, text, HTML and PDF files")
    add("--questions", type=Path, help="CSV or JSON Lines: question, answer, document (default: drafts)")
    add("--work", type=Path, help="where all is kept and a later run goes on (default: runs/compare-DOCS)")
    add("--model", help="a folder, a hub name, or a base URL as http://localhost:8000/v1#name")
    add("--store", help="search a vector store, as NAME or NAME=PLACE: faiss, qdrant, chroma, pgvector, …")
    add("--tune", nargs="?", const=True, default=False, metavar="PAIRS",
        help="train too: on half of the questions, or on a file of your own pairs")  # fmt: skip
    add("--quantize", choices=("nf4",), help="hold every model in four bits")
    add("--passages", type=int, default=4, help="in a prompt (default: 4)")
    add("--most", type=int, help="ask so many of the questions, drawn by the seed")
    add("--drafts", type=int, default=40, help="how many questions to draft (default: 40)")
    add("--seed", type=int, default=0)
    add("--results", choices=("csv", "parquet"), default="csv", help="the form of the table of answers")
    add("--answer", action="append", default=[], metavar="NAME=VALUE",
        help="an answer to a question of lesson 11, for the advice: change=daily")  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Draft, or compare; 0 when all answers came, 1 when some are missing."""
    from course_lib import runtime
    from course_lib.own_documents import compare_folder

    runtime.quiet_libraries()
    work = options.work or Path("runs") / f"compare-{options.docs.resolve().name}"
    questions = options.questions or work / "questions.csv"
    if options.questions is None and not questions.exists():
        draft(options, questions)
        return 0
    try:
        found = compare_folder(
            options.docs,
            questions,
            work=work,
            model=options.model,
            store=options.store,
            tune=options.tune,
            quantize=options.quantize,
            passages=options.passages,
            most=options.most,
            seed=options.seed,
            form=options.results,
            answers=dict(map(answer, options.answer)),
            say=say,
        )
    except KeyboardInterrupt:
        say(f"stopped; the same command goes on from what is kept in {work}")
        return STOPPED
    from course_lib.experiments.summary import side_by_side

    print(side_by_side(found.summary).to_string())
    print(f"\n{found.advice[0]}\nEvery answer: {found.answers}\nThe report: open {found.report} in a browser")
    if found.missing:
        say(f"{found.missing} answers did not come; the same command asks for these alone")
    return int(found.missing > 0)


def draft(options: argparse.Namespace, path: Path) -> None:
    """Write drafted questions, and say what to do with them."""
    from course_lib.corpus.folder import load_folder
    from course_lib.own_documents import draft_questions, write_drafts

    loaded = load_folder(options.docs)
    for problem in loaded.problems:
        say(f"note: {problem.problem}")
    drafts = draft_questions(loaded.documents, options.drafts, options.seed)
    write_drafts(path, drafts)
    say(f"{len(loaded)} documents, and no --questions: {len(drafts)} were drafted into {path}")
    print(
        "Look at it in a spreadsheet or an editor before you go on. Each row is a question, its answer (the\n"
        "number, name or code alone) and its document. Put the questions as people ask them, drop the silly\n"
        "ones, add your own; leave the answer empty where the documents do not say. Empty the cell `draft`\n"
        "of each row that you have looked at. Then run the same command again: it finds the file and goes on."
    )


def answer(text: str) -> tuple[str, str]:
    """NAME=VALUE as a pair; raises CourseError for anything else."""
    name, sign, value = text.partition("=")
    if not sign:
        raise CourseError(f"--answer {text} has no value.", "--answer NAME=VALUE, as change=daily")
    return name.strip(), value.strip()


def say(text: str) -> None:
    """Print what goes on, at once."""
    print(f"compare: {text}", flush=True)
