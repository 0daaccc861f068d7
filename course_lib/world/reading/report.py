"""`make model-report`: wren and SmolLM2 on the same exams, and a model card for each model of the course.

SmolLM2 is examined as it comes, with two worked examples, and taught to read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib import files, provenance, runtime
from course_lib.errors import CourseError
from course_lib.runtime import ADAPTER, DATA, PRETRAINED, READER
from course_lib.world.reading import short_runs
from course_lib.world.reading.examining import (
    RAG_ANSWERS,
    Examinee,
    examine,
    one_a_fact,
    worked_examples,
)

WREN, PLAIN, SHOWN, TAUGHT = "wren", "as it comes", "with two examples", "taught to read"
RESULT = DATA / "results" / "model_report.json"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """A measure of a card: its name, and where the reading must lie; without a `reach` it is only told."""

    name: str
    reach: str = ""
    least: float = 0.0
    most: float = 1.0
    below_plain: float | None = None  # how far it may stand below the model as it comes


CHANCE = Row("the company's facts, closed-book", "chance")
WREN_ROWS = (
    Row("invented worlds, gold chunk: right", "≥ 95 %", least=0.95),
    Row("invented worlds, four passages: right", "≥ 90 %", least=0.90),
    Row("table rows, four passages: right", "≥ 90 %", least=0.90),
    Row("says so when they do not say", "≥ 85 %", least=0.85),
    Row("wrongly silent", "≤ 5 %", most=0.05),
    Row("cites the right passage and no other", "≥ 90 %", least=0.90),
    Row("general knowledge, closed-book", "≥ 90 %", least=0.90),
    Row("hand-written documents, gold chunk: right", "≥ 75 %", least=0.75),
    Row("hand-written documents, four retrieved: right", "≥ 75 %", least=0.75),
    Row("… of those, the value stood among the four"),
    Row("generated documents, gold chunk: right"),
    Row("generated documents, four retrieved: right"),
    CHANCE,
)
READER_ROWS = (
    Row("generated documents, gold chunk: right", "≥ 90 %", least=0.90),
    Row("generated documents, four retrieved: right", "≥ 75 %", least=0.75),
    Row("hand-written documents, gold chunk: right", "≥ 75 %", least=0.75),
    Row("hand-written documents, four retrieved: right", "≥ 60 %", least=0.60),
    Row("… of those, the value stood among the four"),
    Row("table rows, four passages: right", "≥ 85 %", least=0.85),
    Row("says so when they do not say", "≥ 80 %", least=0.80),
    Row("wrongly silent", "≤ 8 %", most=0.08),
    Row("cites the right passage and no other", "≥ 90 %", least=0.90),
    Row("general knowledge, closed-book", "as it comes − 3", below_plain=0.03),
    Row("formats asked for in words, of the lessons: kept", "as it comes − 5", below_plain=0.05),
    Row("formats asked for in words, never seen: kept", "as it comes − 5", below_plain=0.05),
    CHANCE,
)


@dataclass(frozen=True)
class Card:
    """A model's card: its folder, template and log, its measures, and those who stand beside it once they
    were examined.
    """

    about: str
    folder: Path
    template: Path
    log: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    seconds: float  # for RAG_ANSWERS answers on two cores


CARDS = (
    Card(
        WREN,
        DATA / "models" / WREN,
        HERE.parent / WREN / "card.md",
        "training_log.json",
        WREN_ROWS,
        (WREN,),
        12,
    ),
    Card(
        TAUGHT,
        ADAPTER,
        HERE / "card.md",
        "training_run.json",
        READER_ROWS,
        (WREN, PLAIN, SHOWN, TAUGHT),
        90,
    ),
)


def examinees() -> dict[str, Examinee]:
    """Those that a card shows, by name; the taught model only once its adapter is there."""
    known = {
        WREN: Examinee(runtime.LANGUAGE_MODELS["tiny"]),
        PLAIN: Examinee(PRETRAINED),
        SHOWN: Examinee(PRETRAINED, worked_examples()),
    }
    return known | ({TAUGHT: Examinee(READER)} if runtime.has_adapter() else {})


def reached(
    row: Row, readings: dict[str, list[float]], plain: dict[str, list[float]] | None
) -> bool | None:
    """Whether a model's reading is where it must be; None if that hangs on a `plain` not examined yet."""
    mean = readings[row.name][0]
    if row.below_plain is not None:
        return mean >= plain[row.name][0] - row.below_plain if plain else None
    if row is CHANCE:
        return readings["… above chance"][1] <= 0
    return row.least <= mean <= row.most


def table(card: Card, examined: dict[str, dict]) -> str:
    """The readings side by side as a Markdown table, with what the card's model must reach."""
    columns = [name for name in card.columns if name in examined]
    scores = {name: examined[name]["scores"] for name in columns}
    plain = scores.get(PLAIN)
    lines = [("measure", "must reach", *columns, "reached")]
    lines.append(("---",) * len(lines[0]))
    for row in card.rows:
        verdict = _verdict(reached(row, scores[card.about], plain)) if row.reach else ""
        lines.append((row.name, row.reach, *[_cell(each[row.name]) for each in scores.values()], verdict))
    seconds = [examined[name]["rag_seconds"] for name in columns]
    quick = _verdict(examined[card.about]["rag_seconds"] <= card.seconds)
    told = [f"{each:.0f} s" for each in seconds]
    lines.append((f"{RAG_ANSWERS} RAG answers, 2 cores", f"≤ {card.seconds:.0f} s", *told, quick))
    return as_markdown(lines)


def as_markdown(lines: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _verdict(is_reached: bool | None) -> str:
    return "open" if is_reached is None else "yes" if is_reached else "**no**"


def _cell(reading: Sequence[float]) -> str:
    mean, low, high = (100 * value for value in reading)
    return f"{mean:.0f} [{low:.0f}, {high:.0f}]"


def curve(log: Sequence[dict]) -> str:
    """The learning curve of the reader's log, as a Markdown table by thousands of tokens."""
    kinds = ("gold", "four", "written", "missing", "silent", "cites")
    lines = [("thousand tokens", "held-out loss", *kinds), ("---",) * (len(kinds) + 2)]
    for entry in log:
        if "held_out" in entry or "gold" in entry:
            loss = f"{entry['held_out']:.3f}" if "held_out" in entry else ""
            shares = [f"{100 * entry[kind]:.0f}" if kind in entry else "" for kind in kinds]
            lines.append((f"{entry['tokens'] / 1000:.0f}", loss, *shares))
    return as_markdown(lines)


def settings_tried(rows: Sequence[dict]) -> str:
    """The short runs of short_runs.py as a Markdown table, the lowest loss in bold."""
    names = ("learning_rate", "step_tokens", "rank", "seed", "steps")
    best = min((row["held_out"] for row in rows if "held_out" in row), default=None)
    lines = [("rate", "tokens a step", "rank", "seed", "steps", "held-out loss"), ("---",) * 6]
    for row in rows:
        loss = f"{row['held_out']:.3f}" if "held_out" in row else "diverged"
        loss = f"**{loss}**" if row.get("held_out") == best else loss
        lines.append((*(f"{row[name]:g}" if name in row else "" for name in names), loss))
    return as_markdown(lines)


def together(runs: Sequence[dict]) -> list[dict]:
    """The logs of runs that went on from each other as one, by the tokens of all."""
    entries, before = [], 0
    for run in runs:
        entries += [entry | {"tokens": before + entry["tokens"]} for entry in run["log"]]
        before += taken(run, "tokens")
    return entries


def taken(run: dict, what: str) -> int:
    """The tokens or steps that a run took: it may have stopped before those of its recipe."""
    return run.get(what, run["log"][-1][what])


def recipe_of(run: dict) -> str:
    """The settings of a run in words; where it stopped early, the tokens that it took."""
    recipe = run["recipe"] | {"tokens": taken(run, "tokens"), "start": ""}
    return ", ".join(f"{key} {value}" for key, value in recipe.items() if value != "")


def written(card: Card, result: dict, log: dict) -> str:
    """A card: the recipe and what it cost from the log, the scores from the report."""
    runs = [*log.get("before", []), log]
    last, examined = log["log"][-1], result["examined"]
    reads = {name: examined[name] for name in card.columns if name in examined}
    made_by = examined[card.about]
    return card.template.read_text(encoding="utf-8").format(
        table=table(card, examined),
        curve=curve(together(runs)),
        settings=settings_tried(files.read_json(short_runs.RESULT)["rows"]),
        short_tokens=short_runs.TOKENS,
        short_warmup=short_runs.WARMUP,
        held_out=short_runs.HELD_OUT,
        recipe="; then ".join(recipe_of(run) for run in runs),
        seed=log["recipe"]["seed"],
        tokens=f"{sum(taken(run, 'tokens') for run in runs):,}",
        steps=f"{sum(taken(run, 'step') for run in runs):,}",
        replies=f"{sum(run.get('replies', 0) for run in runs):,}",
        minutes=round(sum(run["seconds"] for run in runs) / 60),
        loss=last["loss"],
        n=result["n"],
        questions=result["questions"],
        commands="; ".join(
            f"{name} by `{read['command']}` at {provenance.commit_of(read)}" for name, read in reads.items()
        ),
        versions=", ".join(f"{k} {v}" for k, v in made_by["versions"].items()),
    )


def report(n: int, limit: int | None, run: provenance.Run, only: Sequence[str] = ()) -> None:
    """Examine all on `n` tasks a measure and `limit` facts of the company (None: all); write the cards.

    Each one's readings are stored as soon as they are there, with what made them. With `only` (names
    of `examinees`) those of the others are kept from the stored report. Raises CourseError for an unknown
    name, and where the stored report asked other numbers of tasks and facts: its readings are not to be held
    against new ones.
    """
    runtime.start("tiny")
    here = examinees()
    if unknown := [name for name in only if name not in here]:
        raise CourseError(f"There is no examinee {unknown[0]!r} here.", allowed=", ".join(here))
    exams = {"n": n, "questions": len(one_a_fact(limit))}
    examined = stored_readings(exams) if only else {}
    for name in only or here:
        read = examine(here[name], n, limit)
        print(f"{name}: {json.dumps(read)}", flush=True)
        examined[name] = read | run.written(("torch", "transformers", "peft"))
        result = exams | {"examined": examined}
        files.write_json(RESULT, result)
    write_cards(result)


def write_cards(result: dict) -> None:
    """The cards of the models that a report examined, and their tables in print."""
    for card in CARDS:
        if card.about in result["examined"]:
            text = written(card, result, files.read_json(card.folder / card.log))
            files.write_atomically(card.folder / "README.md", text)
            print(table(card, result["examined"]))


def stored_readings(exams: dict[str, int]) -> dict[str, dict]:
    """The readings of the stored report, none without one; raises CourseError if it asked other exams."""
    stored = files.read_json(RESULT) if RESULT.is_file() else {}
    if "examined" not in stored:
        return {}
    if any(stored[key] != value for key, value in exams.items()):
        raise CourseError(
            f"The stored report did not ask {exams['n']} tasks a measure and {exams['questions']} facts.",
            next_step="examine all of them anew: leave out --only",
        )
    return stored["examined"]
