"""Tuning the embedding model on questions of one's own: one training run on pairs with hard negatives.

sentence-transformers' trainer does the work. Its settings are all made in `trainer_settings`, since what it
takes for granted changes between releases. What this module does not do: measure what tuning brought and
cost (experiments/retriever_tuning.py does, with other questions than these).
"""

import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from course_lib import gpu_memory, provenance, runtime
from course_lib.errors import CourseError
from course_lib.files import written_whole
from course_lib.progress_bar import trainer_bar
from course_lib.retrieval.embedding import load_embedder
from course_lib.tuning.pairs import MARKER, TrainingPair, check_contrast, checked, training_pairs

__all__ = ["LIBRARIES", "TrainingPair", "TunedModel", "training_pairs", "tune_retriever"]

LIBRARIES = ("torch", "transformers", "sentence-transformers", "datasets", "accelerate")
WARM_UP = 0.1  # of all steps


@dataclass(frozen=True)
class TunedModel:
    """What a training run did: the model's folder, one loss a step, and what it took.

    `seconds` is the training alone, without loading and saving; `config` holds every argument.
    """

    folder: Path
    losses: tuple[float, ...]
    seconds: float
    steps: int
    examples: int
    device: str
    versions: dict[str, str]
    config: dict


def tune_retriever(
    pairs: Iterable[TrainingPair],
    output: str | Path,
    *,
    base: str | None = None,
    epochs: int = 1,
    learning_rate: float = 2e-5,
    batch_size: int = 32,
    seed: int = 0,
) -> TunedModel:
    """Tune an embedding model (the course's own when `base` is None) on pairs, and save it to `output`.

    Each question is to be nearest to its own passage among all passages and hard negatives of the batch. The
    same seed gives the same weights on the same machine; load_embedder(output) loads them. An interrupted run
    leaves what was at `output` before. Raises CourseError for settings that cannot be trained with and
    ModelError as load_embedder does. Henderson et al., "Efficient natural language response suggestion",
    2017, section 4.4. Claim C18; lesson 04.
    """
    folder, pairs, config = checked(
        output, pairs, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, seed=seed
    )
    check_contrast(pairs, config["batch_size"])
    with own_randomness(config["seed"]):
        model = load_embedder(base).model  # an embedder's model is its own, so training it alters no other
        model.model_card_data.widget = [{}]  # else examples are drawn, for a model card that is not written
        from datasets import Dataset
        from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
        from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

        negatives = min(len(pair.negatives) for pair in pairs)
        columns = {"question": [p.question for p in pairs], "positive": [p.positive for p in pairs]}
        for number in range(negatives):
            columns[f"negative {number + 1}"] = [pair.negatives[number] for pair in pairs]
        with tempfile.TemporaryDirectory() as scratch:
            trainer = SentenceTransformerTrainer(
                model=model,
                # Two questions about one passage may not meet: each would push the other's passage away.
                args=SentenceTransformerTrainingArguments(
                    **trainer_settings(scratch, **config), batch_sampler="no_duplicates"
                ),
                train_dataset=Dataset.from_dict(columns),
                loss=MultipleNegativesRankingLoss(model, scale=20.0),
            )
            return trained(trainer, folder, len(pairs), config | {"base": base, "negatives": negatives})


def trainer_settings(
    folder: str, *, epochs: int, learning_rate: float, batch_size: int, seed: int
) -> dict[str, Any]:
    """Every setting of the trainer that decides the result or reaches beyond this machine.

    Nothing is reported, uploaded or kept on the way; 16 bits only on a CUDA card, float16 only where it does
    not compute in bfloat16.
    """
    machine = runtime.current()
    cuda = machine.device == "cuda"
    return {
        "output_dir": folder,
        "num_train_epochs": epochs,
        "max_steps": -1,
        "per_device_train_batch_size": batch_size,
        "gradient_accumulation_steps": 1,
        "learning_rate": learning_rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": WARM_UP,
        "optim": "adamw_torch",
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "seed": seed,
        "data_seed": seed,
        "use_cpu": not cuda,
        "bf16": cuda and machine.dtype == "bfloat16",
        "fp16": cuda and machine.dtype == "float16",
        "dataloader_drop_last": False,
        "dataloader_num_workers": 0,
        "dataloader_pin_memory": cuda,
        "logging_strategy": "steps",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "report_to": "none",
        "push_to_hub": False,
        "save_strategy": "no",
        "eval_strategy": "no",
    }


@contextmanager
def own_randomness(seed: int) -> Iterator[None]:
    """Seed every generator for the block; afterwards they go on as if nothing had run."""
    import numpy as np
    import torch

    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng():
        runtime.seed_everything(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


def trained(trainer: Any, folder: Path, examples: int, config: dict) -> TunedModel:
    """Run a trainer, save its model to `folder` as safetensors, and say what it took.

    Raises CourseError if the loss is no number any more.
    """
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)  # it prints a line for each step
    trainer.add_callback(trainer_bar("training"))
    started = perf_counter()
    with gpu_memory.guard():
        trainer.train()
    seconds = perf_counter() - started
    losses = tuple(float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry)
    if not all(loss == loss and abs(loss) != float("inf") for loss in losses):
        raise CourseError("The loss is no number: training has diverged.", next_step="lower learning_rate")
    with written_whole(folder, MARKER) as new:
        trainer.model.save_pretrained(str(new), create_model_card=False, safe_serialization=True)
    return TunedModel(
        folder=folder,
        losses=losses,
        seconds=seconds,
        steps=len(losses),
        examples=examples,
        device=provenance.device_name(runtime.current().device),
        versions=provenance.versions(LIBRARIES),
        config=config,
    )
