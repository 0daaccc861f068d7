"""The comparison on a learner's own folder, from documents to report, in one call that goes on after a kill.

What this module does not do: anything twice. Vectors, answers and adapters are kept in the work folder as
they come, and answers.csv (or .parquet), results.json and report.html are written there at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import provenance, runtime
from course_lib.arguments import checked_path, checked_seed, one_of, whole_number
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import Question
from course_lib.corpus.folder import load_folder
from course_lib.errors import CourseError
from course_lib.experiments.arms import closed_book_arm, rag_arm
from course_lib.experiments.table import compare
from course_lib.generation.language_model import load_language_model
from course_lib.generation.loading import check_quantize
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import LanguageModel
from course_lib.own_documents import teaching
from course_lib.own_documents.advice import advise, checked_answers
from course_lib.own_documents.indexing import CHOSEN, chosen_store, searchable
from course_lib.own_documents.kept_answers import KeptAnswers, locked
from course_lib.own_documents.question_sheet import DRAFT, OWN, Sheet, drawn, read_sheet
from course_lib.own_documents.results import FORMS, FolderComparison, Made, write_results
from course_lib.own_documents.vectors import KeptVectors
from course_lib.own_documents.ways import EVERYTHING, FEWEST, Way, fingerprint, room, untrained, worked
from course_lib.progress_bar import progress_bar
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.stores.connection import without_secrets
from course_lib.retrieval.types import Retriever
from course_lib.tuning import recipes

if TYPE_CHECKING:
    import pandas as pd

COMMAND = "python -m course_lib compare"
PASSAGES = 4  # in a prompt, where nothing else is asked for
WREN = (
    "The model is wren, which was educated for this course and reads other texts badly. Name one that you "
    "would really use: --model takes a folder, a hub name or a base URL."
)


@dataclass(frozen=True)
class Wanted:
    """What is asked for, checked before anything is loaded; raises CourseError for what cannot be."""

    docs: str | Path
    questions: str | Path
    work: str | Path = "runs/compare"
    model: str | None = None
    store: str | None = None
    tune: bool | str | Path = False
    quantize: str | None = None
    passages: int = PASSAGES
    most: int | None = None
    seed: int = 0
    form: str = "csv"
    answers: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def __post_init__(self):
        whole_number(self.passages, "passages")
        checked_seed(self.seed)
        one_of(self.form, "form of results", FORMS)
        check_quantize(self.quantize)
        chosen_store(self.store)
        checked_answers(self.answers)
        if self.most is not None:
            whole_number(self.most, "most", 2)
        if self.served and (self.tune or self.quantize):
            raise CourseError(
                "A model behind a base URL cannot be tuned or quantised from here.",
                allowed="the folder or the hub name of a model",
                next_step="leave --tune and --quantize out, or load the model from its folder",
            )

    @property
    def name(self) -> str:
        """The model's name, the profile's where none was named."""
        return str(self.model or runtime.current().language_model)

    @property
    def label(self) -> str:
        """The model's name as it is shown: no folders, no secrets."""
        if self.served:
            address, _, model = self.name.partition("#")
            return Path(model).name or without_secrets(address)[0]
        return Path(self.name).name if Path(self.name).is_dir() else self.name

    @property
    def served(self) -> bool:
        """Whether the model is behind a base URL."""
        return self.name.startswith(("http://", "https://"))

    @property
    def search(self) -> str:
        """What searches: a store's name without its address, or the search that lesson 04 chose."""
        return self.store.partition("=")[0] if self.store else CHOSEN

    @property
    def command(self) -> str:
        """The command that does the same, without folders above the names, addresses and secrets."""
        told = [f"--docs {Path(self.docs).name}", f"--questions {Path(self.questions).name}"]
        told += [f"--model {self.label}"] if self.model else []
        told += [f"--store {self.search}"] if self.store else []
        if self.tune:
            told += ["--tune" if self.tune is True else f"--tune {Path(self.tune).name}"]
        told += [f"--quantize {self.quantize}"] if self.quantize else []
        told += [f"--passages {self.passages}"] if self.passages != PASSAGES else []
        told += [f"--most {self.most}"] if self.most else []
        told += [f"--seed {self.seed}"] if self.seed else []
        return " ".join([COMMAND, *told])

    def load(self, adapter: Path | None = None) -> LanguageModel:
        """The model, with an adapter or as it is: every arm is served on the same weights."""
        if self.served:
            return load_language_model(self.name)
        return recipes.served(adapter, self.name, self.quantize)

    def whose(self) -> dict[str, Any]:
        """What all answers depend on: the model and its weights' format."""
        told = {"model": self.name} if self.served else base_fingerprint(resolve_model(self.name))
        return {**told, "label": self.label, "quantize": self.quantize}


def compare_folder(docs: str | Path, questions: str | Path, **settings: Any) -> FolderComparison:
    """Compare ways to answer questions about a folder of documents, and write the report.

    `docs` is any folder that load_folder reads, `questions` a file that read_sheet does. Settings: `work`,
    the folder in which everything is kept, and in which the same call goes on; `model`, a folder, a hub name
    or a base URL (the profile's by default); `store`, a vector store as NAME or NAME=PLACE in place of the
    search that lesson 04 chose; `tune`, to train on half of the questions, or on a file of pairs; `quantize`,
    None or "nf4", of every arm; `passages` in a prompt (4); `most` questions, drawn by the `seed`; `form`,
    csv or parquet; `answers` to lesson 11's questions by name; `say`, told what goes on.

    Raises CourseError for what can be foreseen. A model that fails on a question, or a server that dies,
    costs the answers that did not come, which the same call asks for again. Lesson 11.
    """
    wanted = Wanted(docs, questions, **settings)
    begun = provenance.begin(wanted.command, seed=wanted.seed)
    with locked(checked_path(wanted.work, "work")) as folder:
        loaded = load_folder(wanted.docs)
        sheet = read_sheet(wanted.questions, loaded.documents)
        chunks = split(progress_bar("cutting into passages", loaded.documents), table_rows=1)
        notes = [*(error.problem for error in loaded.problems), *sheet.notes]
        if wanted.name == runtime.LANGUAGE_MODELS["tiny"]:
            notes.append(WREN)
        wanted.say(f"{len(loaded)} documents, {len(chunks)} passages, {len(sheet.questions)} questions")
        for note in notes:
            wanted.say(f"note: {note}")
        with closing(KeptVectors(load_embedder(), folder)) as vectors:
            wanted.say(f"making them searchable: {wanted.search}")
            with searchable(chunks, vectors, chosen_store(wanted.store), folder) as retriever:
                ways, taught = _ways(wanted, sheet, chunks, retriever, folder, notes)
                kept = KeptAnswers(folder, chunks)
                table = _table(wanted, ways, kept)
        made = Made(
            documents=len(loaded),
            chunks=chunks,
            model=wanted.label,
            search=wanted.search,
            quantize=wanted.quantize,
            passages=wanted.passages,
            notes=tuple(notes),
            advice=advise(table, wanted.answers, wanted.label, taught),
            provenance=begun.written(),
        )
        return write_results(folder, table, made, wanted.form)


def _ways(
    wanted: Wanted,
    sheet: Sheet,
    chunks: Sequence[Chunk],
    retriever: Retriever,
    folder: Path,
    notes: list[str],
) -> tuple[list[Way], int]:
    """Every way to answer, the tuned ones last, and how many of the learner's own examples were taught.

    What is taught or shown as an example is asked of none.
    """
    k, asked = min(wanted.passages, len(chunks)), _drawn(sheet.questions, wanted.most, wanted.seed)
    taught: list[Question] = []
    pairs = []
    if wanted.tune is True:
        taught, asked = teaching.divided(asked, wanted.seed)
    elif wanted.tune:
        pairs = teaching.read_pairs(wanted.tune)
        asked = teaching.not_in(asked, pairs)
    before = asked
    examples, asked = worked(before, sheet.replies, retriever, k, wanted.seed)
    notes.append(_of_examples(before, asked))
    wanted.say(f"note: {notes[-1]}")
    if not asked:
        raise CourseError("No question is left to ask.", next_step="write more questions")
    wanted.say(f"loading the model {wanted.label}")
    model = wanted.load()
    budget = room(model, sheet.questions)
    searched = {"passages": fingerprint(chunks), "search": wanted.search, "k": k, "budget": budget}
    ways = untrained(model, retriever, asked, chunks, examples, searched)
    if EVERYTHING not in {way.arm.name for way in ways}:
        why = "nobody knows the context of a server" if budget is None else "the model's context is too short"
        notes.append(f"No way has all documents in the prompt: {why}.")
    if not wanted.tune:
        return ways, 0
    own = sum(q.origin == OWN for q in taught if q.value is not None) or len(pairs)
    pairs = pairs or teaching.own_pairs(taught, sheet.replies, retriever, model, k, budget)
    notes.append(teaching.enough(len(pairs) if not taught else len(taught)))
    wanted.say(f"{len(pairs)} pairs, in {teaching.write_pairs(folder, pairs)}: {notes[-1]}")
    adapter = teaching.teach(pairs, wanted.name, wanted.quantize, folder, wanted.seed)
    tuned, whose = wanted.load(adapter), {"adapter": adapter.name}
    return [
        *ways,
        Way(closed_book_arm(teaching.ALONE, tuned), asked, whose),
        Way(rag_arm(teaching.WITH_RAG, retriever, tuned, k, budget), asked, searched | whose),
    ], own


def _of_examples(before: Sequence[Question], asked: Sequence[Question]) -> str:
    """What became of the questions that are not asked, or why none serves as an example."""
    left = {question.id for question in asked}
    spent = [repr(question.text) for question in before if question.id not in left]
    if spent:
        told = ", ".join(spent)
        return f"{len(spent)} of your questions serve as worked examples and are not asked: {told}."
    return (
        f"There are no worked examples: they take {FEWEST} questions that a document answers, and one whose "
        "answer a passage states that the search finds."
    )


def _drawn(questions: Sequence[Question], most: int | None, seed: int) -> list[Question]:
    """All questions in their order, or `most` of them, drawn by the seed."""
    if most is None or most >= len(questions):
        return list(questions)
    chosen = {question.id for question in drawn(questions, seed)[:most]}
    return [question for question in questions if question.id in chosen]


def _table(wanted: Wanted, ways: Sequence[Way], kept: KeptAnswers) -> "pd.DataFrame":
    """Every way's answers as experiments.compare gives them, and why those are missing that did not come."""
    import pandas as pd

    whose, tables = wanted.whose(), []
    for way in ways:
        wanted.say(f"{way.arm.name}: {len(way.questions)} questions; answers that are kept are not asked for")
        arm = kept.arm(way.arm, {**whose, **way.whose}, way.own)
        table = compare([arm], way.questions, editions={})
        errors = [kept.failures.get((way.arm.name, text), "") for text in table["text"]]
        tables.append(table.assign(error=errors))
    table = pd.concat(tables, ignore_index=True).assign(model=wanted.label, seed=wanted.seed)
    came = table["error"].eq("")
    for column in ("asked", "answerable", "unanswerable"):  # what did not come is in no share
        table[column] &= came
    golden = {question.id for way in ways for question in way.questions if question.gold}
    sourced = table["question"].isin(golden) & table["answerable"]
    return table.assign(sourced=sourced, drafted=table["origin"].eq(DRAFT))
