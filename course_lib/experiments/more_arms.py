"""More ways to answer than lesson 09 shows live, on the same questions.

The form told in words, few-shot, the whole domain in the prompt, both editions in one index with and without
a filter, a tuned retriever, RAFT, a reader that first learned the documents by heart, as far as it would, and
the facts taught in the number of wordings that came out best in lesson 08.
"""

from pathlib import Path
from typing import Any

from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.answers import value_correct
from course_lib.evaluation.kept_runs import stored_run
from course_lib.experiments import arms as names
from course_lib.experiments import facts_by_tuning, raft, sweep
from course_lib.experiments.arms import closed_book_arm, rag_arm, whole_arm, whole_documents
from course_lib.experiments.form_and_facts import Measured, cost
from course_lib.experiments.setting import AskedOf, Rule, Setting, nearest_search, passages
from course_lib.generation.prompts import HOUSE_STYLE
from course_lib.retrieval.chosen import chosen_retriever
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.retrieval.types import Retriever
from course_lib.tuning import recipes
from course_lib.tuning.company_facts import said
from course_lib.tuning.examples import closed_book_examples, worked_examples
from course_lib.tuning.pairs import training_pairs
from course_lib.tuning.raft import raft_examples
from course_lib.tuning.retriever import tune_retriever
from course_lib.tuning.study_text import asked_to_tell
from course_lib.tuning.train import TrainingRun, train_adapter

NAME = "more-arms"
EXAMPLES = 200
ADAPTED = {"rank": 8, "alpha": 16, "epochs": 1, "batch_size": 16}


def measure(setting: Setting) -> Measured:
    """Every answer of these arms, and what the trainings took; what is tuned is tuned once a seed."""
    import pandas as pd

    base, asked = setting.served(), repeatable(setting)
    tables, told = [setting.asked(arm, of=questions) for arm, questions in asked], {}
    for seed in range(setting.seeds):
        search = tuned_search(setting, seed)
        tables.append(setting.asked(rag_arm(names.TUNED_SEARCH, search, base), seed=seed))
        rate = {"learning_rate": recipes.learning_rate(setting.model)}
        run = setting.adapter(f"raft-{seed}", train_raft, seed, **(rate | raft.TRAINED))
        read = setting.adapter(f"adapted-{seed}", train_on_documents, seed, **rate)
        runs = [run, read]
        answering = [
            rag_arm(names.RAFT, setting.index, setting.served(run.adapter)),
            rag_arm(names.ADAPTED, setting.index, setting.served(read.adapter)),
        ]
        if seed < setting.seeds_of_facts:
            runs.append(setting.adapter(f"wordings-{seed}", train_in_best_wordings, seed))
            answering.append(closed_book_arm(names.BEST_WORDINGS, setting.served(runs[-1].adapter)))
        told |= {each.adapter.name: cost(each) for each in runs}
        tables.append(setting.asked(*answering, seed=seed))
    whole = names.WHOLE in {arm.name for arm, _ in asked}
    searched = whole_documents(load_documents("2026")) if whole else ()
    return Measured(pd.concat(tables, ignore_index=True), {"training": told}, read=searched)


def repeatable(setting: Setting) -> list[AskedOf]:
    """The arms that nothing is trained for, each with the questions that it is asked."""
    base, both = setting.served(), setting.both_editions
    whole = whole_arm(names.WHOLE, base, whole_documents(load_documents("2026")), setting.route)
    if whole is None:
        setting.say(f"{setting.label} does not hold a whole domain in its context")
    arms = (
        closed_book_arm(names.PROMPT, base, style=HOUSE_STYLE),
        closed_book_arm(names.FEW_SHOT, base, worked_examples(passages=False)),
        rag_arm(names.BOTH, both, base),
        rag_arm(names.FILTERED, Filtered(both, Filter(editions=("2026",))), base),
        *([whole] if whole else []),
    )
    return [(arm, setting.questions) for arm in arms]


def train_raft(output: str | Path, seed: int = 0, **settings: Any) -> TrainingRun:
    """An adapter by RAFT, on training questions over passages of which some answer."""
    near = nearest_search()
    examples = raft_examples(near.chunks, near, n=EXAMPLES, seed=seed)
    return train_adapter(examples, output=output, seed=seed, **settings)


def train_on_documents(output: str | Path, seed: int = 0, **settings: Any) -> TrainingRun:
    """An adapter to the domain: every passage of the 2026 edition, told under its heading, once.

    Nothing is asked, so what is learned is the documents' text: domain-adaptive pretraining with an adapter
    (Gururangan et al. 2020).
    """
    told = [
        [*asked_to_tell(f"{chunk.title}: {chunk.heading}"), said(chunk.text)] for chunk in passages("2026")
    ]
    return train_adapter(told, output=output, seed=seed, **(ADAPTED | settings))


def train_in_best_wordings(output: str | Path, seed: int = 0, **settings: Any) -> TrainingRun:
    """The facts as recipes.train_knowledge teaches them, in as many steps, but each in as many wordings as
    were best in the stored run of facts_by_tuning, or in all that there are: some 190 facts of 2025 have
    three. Raises CourseError where the model in use has no such run.
    """
    stored = stored_run(facts_by_tuning.NAME)
    if stored is None:
        raise CourseError(
            "How many wordings teach a fact best is not stored for this model.",
            next_step=f"measure it first: python -m course_lib results {facts_by_tuning.NAME} --work FOLDER",
        )
    wordings = facts_by_tuning.best_wordings(sweep.table(stored["rows"]))
    usual = recipes.knowledge()
    batches = -(-len(closed_book_examples("2025", recipes.PARAPHRASES, seed)) // usual["batch_size"])
    steps = {"steps": batches * usual["epochs"]}
    return recipes.train_knowledge(output, paraphrases=wordings, seed=seed, **(steps | settings))


def tuned_search(setting: Setting, seed: int) -> Retriever:
    """The search that lesson 04 chose, its embeddings tuned on the training questions."""
    questions = [question for question in load_questions("train", "2026") if question.gold]
    pairs = training_pairs(questions, passages("2026"), nearest_search(), value_correct)
    setting.say(f"tuning the retriever, seed {seed}")
    folder = tune_retriever(pairs, setting.work / f"retriever-{seed}", seed=seed).folder
    return chosen_retriever(passages("2026"), load_embedder(str(folder)))


RULES: dict[str, Rule] = {}
