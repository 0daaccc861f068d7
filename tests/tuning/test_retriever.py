"""Training pairs keep their promises; tuning learns, repeats itself, and leaves a model that loads."""

import random
from importlib.metadata import version

import numpy as np
import pytest
import torch

from course_lib import progress_bar as bars
from course_lib import runtime
from course_lib.corpus.chunking import Chunk, split
from course_lib.corpus.documents import Question, load_documents, load_questions
from course_lib.errors import CourseError, ModelError
from course_lib.evaluation.answers import value_correct
from course_lib.files import sha256
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.tuning.retriever import (
    TrainingPair,
    own_randomness,
    trainer_settings,
    training_pairs,
    tune_retriever,
)

pytestmark = pytest.mark.slow

THINGS = ("kettle", "lamp", "shop", "tax form")
PAIRS = [
    TrainingPair(
        f"how heavy is the {thing} {n}",
        f"the {thing} {n} weighs {n}{n} g",
        (f"the {thing} {n + 4} is tall and red",),
        f"{thing} {n}",
    )
    for n in range(4)
    for thing in THINGS
]


def tune(base, output, **changes):
    settings = {"epochs": 6, "learning_rate": 3e-3, "batch_size": 8, "seed": 0}
    return tune_retriever(PAIRS, output, base=str(base), **(settings | changes))


@pytest.fixture(scope="module")
def tuned(tiny_embedder, tmp_path_factory):
    """A miniature tuned, and the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr("course_lib.runtime._current", None)
        return tune(tiny_embedder, tmp_path_factory.mktemp("run") / "tuned")


@pytest.fixture(scope="module")
def company():
    """The 2026 edition's chunks and an exact index over the course's embeddings."""
    chunks = split(load_documents("2026"))
    return chunks, ExactIndex(chunks, load_embedder())


@pytest.fixture(scope="module")
def pairs(company):
    chunks, index = company
    return training_pairs(load_questions("train", "2026"), chunks, index, value_correct, negatives=3)


def test_each_positive_states_the_value_in_a_gold_document_and_no_negative_does_either(company, pairs):
    of_passage = {chunk.passage: chunk for chunk in company[0]}
    questions = {q.text: q for q in load_questions("train", "2026") if q.gold}
    for pair in pairs:
        question = questions[pair.question]
        parts = question.value.split(" | ")
        positive = of_passage[pair.positive]
        assert positive.document_id in question.gold
        assert any(value_correct(positive.text, part) for part in parts)
        assert len(set(pair.negatives)) == 3
        for passage in pair.negatives:
            assert of_passage[passage].document_id not in question.gold
            assert not any(value_correct(of_passage[passage].text, part) for part in parts)


def test_every_answerable_question_gives_a_pair_and_one_with_two_documents_a_pair_for_each(company, pairs):
    questions = [q for q in load_questions("train", "2026") if q.gold]
    assert {pair.question for pair in pairs} == {q.text for q in questions}
    double = [q for q in questions if len(q.gold) == 2]
    assert double and len(pairs) == len(questions) + len(double)
    of_passage = {chunk.passage: chunk.document_id for chunk in company[0]}
    for question in double:
        documents = {of_passage[pair.positive] for pair in pairs if pair.question == question.text}
        assert documents == set(question.gold)


def test_no_dev_or_test_question_and_none_of_their_facts_is_trained_on(pairs):
    held_out = load_questions("dev") + load_questions("test")
    assert not {pair.question for pair in pairs} & {q.text for q in held_out}
    # A question about two facts brings each of them along.
    trained = {part for pair in pairs for part in pair.fact.split(" + ")}
    assert not {pair.fact for pair in pairs} & {q.fact for q in held_out}
    single = {q.fact for q in held_out if len(q.gold) == 1}
    assert single and not trained & single


def test_negatives_are_the_best_ranked_of_those_allowed(company):
    chunks, index = company
    question = next(q for q in load_questions("train", "2026") if q.gold and len(q.gold) == 1)
    (pair,) = training_pairs([question], chunks, index, value_correct, negatives=2)
    allowed = [
        hit.chunk.passage
        for hit in index.search(question.text, len(chunks))
        if hit.chunk.document_id not in question.gold and not value_correct(hit.chunk.text, question.value)
    ]
    assert list(pair.negatives) == allowed[:2]


def test_questions_that_give_no_pair_are_refused(company):
    chunks, index = company
    unanswerable = [q for q in load_questions("train", "2026") if not q.gold][:3]
    with pytest.raises(CourseError, match="pair to train on"):
        training_pairs(unanswerable, chunks, index, value_correct)
    nowhere = Question("q", "How heavy?", "999 t", ("PR-201",), "", "", "", "", "2026", "train", "f")
    with pytest.raises(CourseError, match="pair to train on"):
        training_pairs([nowhere], chunks, index, value_correct)


def test_the_loss_falls_and_the_question_moves_towards_its_passage(tiny_embedder, tuned):
    assert tuned.steps == len(tuned.losses) >= 12
    assert np.mean(tuned.losses[-3:]) < 0.6 * np.mean(tuned.losses[:3])

    def right(name):
        embedder = load_embedder(str(name))
        questions = embedder.embed([pair.question for pair in PAIRS], cached=False)
        passages = embedder.embed([pair.positive for pair in PAIRS], cached=False)
        return np.mean((questions @ passages.T).argmax(axis=1) == np.arange(len(PAIRS)))

    assert right(tuned.folder) > right(tiny_embedder) + 0.2


def test_the_run_says_what_it_took(tuned, tiny_embedder):
    assert tuned.examples == len(PAIRS) and tuned.seconds > 0 and tuned.device.startswith("CPU")
    assert tuned.versions["torch"] == version("torch").partition("+")[0]
    assert tuned.config == {
        "epochs": 6,
        "learning_rate": 3e-3,
        "batch_size": 8,
        "seed": 0,
        "base": str(tiny_embedder),
        "negatives": 1,
    }


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_embedder, tuned, tmp_path):
    random.seed(11)
    torch.manual_seed(11)  # what ran before does not matter
    folders = [tune(tiny_embedder, tmp_path / str(n), seed=n).folder for n in (0, 1)]
    weights = [sha256(folder / "model.safetensors") for folder in folders]
    assert weights[0] == sha256(tuned.folder / "model.safetensors") != weights[1]


def test_the_folder_holds_safetensors_and_nothing_that_runs_code_when_loaded(tuned):
    names = [path.name for path in tuned.folder.rglob("*") if path.is_file()]
    assert "model.safetensors" in names and "modules.json" in names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl", ".pth", ".py"))]


def test_tuning_prints_nothing(tiny_embedder, tmp_path, capfd):
    tune(tiny_embedder, tmp_path / "quiet", epochs=1)
    assert capfd.readouterr() == ("", "")


def test_tuning_has_a_bar_that_counts_its_steps(tiny_embedder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    monkeypatch.setattr(bars, "DELAY", 0.0)
    made, make = [], bars.progress_bar

    def keep(*arguments, **more):
        made.append(make(*arguments, **more))
        return made[-1]

    monkeypatch.setattr(bars, "progress_bar", keep)
    run = tune(tiny_embedder, tmp_path / "told", epochs=1)
    assert f"/{run.steps} [" in capsys.readouterr().err
    assert [(bar.n, bar.total) for bar in made] == [(run.steps, run.steps)]


def test_a_run_that_fails_leaves_the_old_model_and_other_peoples_folders_are_refused(tiny_embedder, tmp_path):
    first = tune(tiny_embedder, tmp_path / "model", epochs=1).folder
    before = sha256(first / "model.safetensors")
    with pytest.raises(CourseError, match="diverged"):
        tune(tiny_embedder, first, learning_rate=1e30)
    assert sha256(first / "model.safetensors") == before
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CourseError, match="will not be replaced"):
        tune(tiny_embedder, tmp_path / "letters")


@pytest.mark.parametrize("changes", [{"epochs": 0}, {"learning_rate": -1.0}, {"batch_size": 0}])
def test_settings_that_cannot_be_trained_with_are_refused(tiny_embedder, tmp_path, changes):
    with pytest.raises(CourseError, match=next(iter(changes))):
        tune(tiny_embedder, tmp_path / "x", **changes)


def test_no_pairs_and_a_folder_without_a_model_are_refused(tiny_embedder, tmp_path):
    with pytest.raises(CourseError, match="no pairs"):
        tune_retriever([], tmp_path / "x", base=str(tiny_embedder))
    with pytest.raises(ModelError, match="no sentence-transformers model"):
        tune_retriever(PAIRS, tmp_path / "x", base=str(tmp_path))


def machine(device, dtype):
    return runtime.Runtime("gpu" if device == "cuda" else "tiny", device, dtype, 0, "", "")


@pytest.mark.parametrize(
    ("device", "dtype", "bf16", "fp16", "use_cpu"),
    [
        ("cpu", "float32", False, False, True),
        ("cuda", "bfloat16", True, False, False),
        ("cuda", "float16", False, True, False),
    ],
)
def test_the_trainer_works_in_16_bits_on_a_card_alone(monkeypatch, device, dtype, bf16, fp16, use_cpu):
    monkeypatch.setattr("course_lib.runtime._current", machine(device, dtype))
    found = trainer_settings("x", epochs=1, learning_rate=1e-4, batch_size=4, seed=3)
    assert (found["bf16"], found["fp16"], found["use_cpu"]) == (bf16, fp16, use_cpu)


def test_the_trainer_takes_every_setting_and_reports_to_nobody(tmp_path, monkeypatch):
    from sentence_transformers import SentenceTransformerTrainingArguments
    from sentence_transformers.cross_encoder import CrossEncoderTrainingArguments

    monkeypatch.setenv("WANDB_PROJECT", "somebody's")
    settings = trainer_settings(str(tmp_path), epochs=2, learning_rate=1e-4, batch_size=4, seed=3)
    for arguments in (SentenceTransformerTrainingArguments, CrossEncoderTrainingArguments):
        made = arguments(**settings)
        assert made.report_to == [] and not made.push_to_hub
        assert made.save_strategy == "no" and made.eval_strategy == "no"
        assert (made.seed, made.num_train_epochs, made.train_batch_size) == (3, 2, 4)
        assert made.get_warmup_steps(50) == 5


def test_a_block_with_its_own_randomness_leaves_the_generators_as_they_were():
    def draw():
        return random.random(), np.random.random(), torch.rand(1).item()

    runtime.seed_everything(5)
    expected = [draw(), draw()]
    runtime.seed_everything(5)
    found = [draw()]
    with own_randomness(1):
        inside = draw()
    found.append(draw())
    with own_randomness(1):
        assert draw() == inside
    assert found == expected


def test_a_chunk_of_a_gold_document_without_the_value_is_neither_positive_nor_negative():
    def chunk(name, text):
        return Chunk(name, name.split("#")[0], "", "", text, "", "", 0, len(text))

    chunks = [
        chunk("A#1", "How heavy is the kettle? See below."),
        chunk("A#2", "It weighs 412 g."),
        chunk("B#1", "The kettle called Heavy weighs 412 g."),
        chunk("B#2", "How heavy the lamp is."),
    ]
    question = Question("q", "How heavy is the kettle?", "412 g", ("A",), "", "", "", "", "", "train", "f")
    (pair,) = training_pairs([question], chunks, ExactIndex(chunks, load_embedder()), value_correct)
    assert pair.positive == chunks[1].passage and pair.negatives == (chunks[3].passage,)
