"""What an experiment is run with: a model in one quantisation, questions, indexes; the same for every arm."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from course_lib import files, provenance
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import stored
from course_lib.experiments.arms import Arm, GoldPassages
from course_lib.experiments.sampling import changed, values_before
from course_lib.experiments.table import compare
from course_lib.generation.language_model import LocalModel
from course_lib.retrieval.chosen import Widen, chosen_retriever
from course_lib.retrieval.embedding import Afresh, load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.rerank import MaxSim
from course_lib.retrieval.router import ClassifierRouter
from course_lib.retrieval.types import Retriever
from course_lib.tuning import recipes
from course_lib.tuning.train import RECORD, TrainingRun

if TYPE_CHECKING:
    import pandas as pd

# What a claim asks for, as claims.judge takes it: what -> interval, which must lie above 0 or above a number.
Parts = dict[str, Interval | tuple[Interval, float]]
Rule = Callable[["pd.DataFrame"], Parts]
AskedOf = tuple[Arm, Sequence[Question]]  # an arm, and the questions that it is asked
WHOSE = "whose.json"  # in a work folder: what its adapters and answers depend on


@dataclass(frozen=True)
class Setting:
    """One model, its quantisation, the questions asked, and how much is trained; arms differ in nothing else.

    `work` is a folder for adapters and answers: a run that is stopped goes on from there. `changes` go to
    every training (steps, learning_rate). The facts may have fewer seeds than the form, since they take
    longest. `say` is told what goes on.
    """

    model: str
    quantize: str | None
    questions: Sequence[Question]
    work: Path
    seeds: int = 3
    seeds_of_facts: int = 3
    changes: Mapping[str, Any] = field(default_factory=dict)
    say: Callable[[str], None] = print

    @property
    def label(self) -> str:
        """The model's name as results are stored under: letters, digits, dots, dashes."""
        return re.sub(r"[^\w.-]+", "-", Path(self.model).name or self.model)

    @property
    def known(self) -> list[Question]:
        """The questions that a document answers."""
        return [question for question in self.questions if question.value is not None]

    @property
    def changed(self) -> list[Question]:
        """The questions whose answer the edition before gave otherwise."""
        return changed(self.known, self.before)

    @cached_property
    def before(self) -> dict[str, str]:
        """The values of the edition before, by fact."""
        return values_before()

    @cached_property
    def index(self) -> Retriever:
        """The 2026 edition under the search that lesson 04 chose; no embedding is taken from a cache."""
        return searchable(passages("2026"), self._late)

    @cached_property
    def old_index(self) -> Retriever:
        """The same of 2025."""
        return searchable(passages("2025"), self._late)

    @cached_property
    def both_editions(self) -> Retriever:
        """Both editions side by side in one index, as it is where nobody deletes the old one."""
        return searchable(passages("2026") + passages("2025"), self._late)

    @cached_property
    def route(self) -> Callable[[Sequence[str]], list[str]]:
        """The domain of each question's text, by a classifier that saw the training questions. Lesson 04."""
        asked, embedder = load_questions("train", "2026"), load_embedder()
        vectors = embedder.embed([question.text for question in asked])
        router = ClassifierRouter.fit(vectors, [question.domain for question in asked])
        return lambda texts: router.route(embedder.embed(texts))

    @property
    def gold(self) -> GoldPassages:
        """What knows the passages of the 2026 edition that answer."""
        return GoldPassages(self.known, passages("2026"))

    @cached_property
    def seconds_of_indexing(self) -> float:
        """What it takes to index the edition anew."""
        started = perf_counter()
        searchable(passages("2026"), MaxSim(load_embedder()))
        return perf_counter() - started

    @property
    def chunks(self) -> list[Chunk]:
        """Every chunk that may have stood in a prompt."""
        old = {"old_index", "both_editions"} & self.__dict__.keys()
        return passages("2026") + (passages("2025") if old else [])

    def served(self, adapter: Path | None = None) -> LocalModel:
        """The model, with an adapter or as it is, on the weights that every arm has."""
        return recipes.served(adapter, self.model, self.quantize)

    def training(self, seed: int) -> dict[str, Any]:
        """The settings that every training of this run shares."""
        return {"model_name": self.model, "quantize": self.quantize, "seed": seed, **self.changes}

    def adapter(
        self, name: str, train: Callable[..., TrainingRun], seed: int = 0, **settings: Any
    ) -> TrainingRun:
        """An adapter of the work folder, trained there by `train` where it is not yet, or not to the end.

        `train(folder, checkpoint=…, **settings)` is a recipe; this run's own settings win over `settings`.
        """
        folder = self._folder / name
        if (folder / RECORD).is_file():
            return TrainingRun.of(folder)
        self.say(f"training {name}")
        checkpoint = self._folder / "checkpoints" / name
        return train(folder, checkpoint=checkpoint, **(settings | self.training(seed)))

    def made_by(self, run: provenance.Run) -> dict[str, Any]:
        """What somebody needs to run an experiment in this setting again."""
        model = {
            "model": self.label,
            "base_sha256": recipes.base_sha256(self.model),
            "quantization_of_every_arm": self.quantize or "none",
            "seeds": self.seeds,
            "seeds_of_facts": min(self.seeds, self.seeds_of_facts),
        }
        return model | run.written()

    def asked(self, *arms: Arm, of: Sequence[Question] | None = None, seed: int = 0) -> "pd.DataFrame":
        """The answers of some arms, with the model's name and the seed; those in the work folder as they are.

        An arm is known by its name and seed, so that experiments that share one ask it once.
        """
        import pandas as pd

        questions = self.questions if of is None else of
        return pd.concat([self._answers(arm, questions, seed) for arm in arms], ignore_index=True)

    def _answers(self, arm: Arm, questions: Sequence[Question], seed: int) -> "pd.DataFrame":
        name = _fingerprint([arm.name, seed, [question.id for question in questions]])
        folder = self._folder / "answers"
        if not (folder / f"{name}.json").is_file():
            self.say(f"asking {arm.name}, seed {seed}")
            table = compare([arm], questions, self.before).assign(seed=seed, model=self.label)
            stored.write(files.make_folder(folder), name, table, (), {"arm": arm.name, "seed": seed})
        return stored.read(folder, name)

    @cached_property
    def _folder(self) -> Path:
        """The work folder; raises CourseError if it holds the run of another setting."""
        whose = {
            "model": self.label,
            "base_sha256": recipes.base_sha256(self.model),
            "quantize": self.quantize,
            "changes": dict(self.changes),
            "questions": _fingerprint([question.id for question in self.questions]),
        }
        path = files.make_folder(self.work) / WHOSE
        if path.exists() and files.read_json(path) != whose:
            raise CourseError(
                f"The folder {self.work} holds a run of another model, or with other settings.",
                next_step="choose another --work folder, or delete it to begin anew",
            )
        files.write_json(path, whose)
        return self.work

    @cached_property
    def _late(self) -> MaxSim:
        return MaxSim(load_embedder())


def passages(edition: str) -> list[Chunk]:
    """An edition as every arm reads it: a passage holds one row of a table, under the table's header."""
    return split(load_documents(edition), table_rows=1)


def searchable(chunks: Sequence[Chunk], late: MaxSim, widen: Widen | None = None) -> Retriever:
    """The search that lesson 04 chose, widened as chosen_retriever says, all that it needs computed here, so
    that the first query does not pay for it; no embedding is taken from a cache.
    """
    late.prepare(chunks)
    return chosen_retriever(chunks, Afresh(late.embedder), late, widen)


@cache
def chosen_search() -> Retriever:
    """The 2026 edition under the search that lesson 04 chose, for experiments that do not time it."""
    return chosen_retriever(passages("2026"))


@cache
def nearest_search() -> ExactIndex:
    """The 2026 edition by meaning alone, which finds passages that distract. Lesson 09."""
    return ExactIndex(passages("2026"), load_embedder())


def _fingerprint(told: Any) -> str:
    return sha256(json.dumps(told).encode("ascii")).hexdigest()[:16]
