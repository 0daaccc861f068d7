"""A cross-encoder trained from the embedding model's weights: question and passage are read together.

A bi-encoder turns question and passage into vectors apart from each other; a cross-encoder reads both in one
go and gives one score, which is dearer for each pair and sees how their words meet.
"""

import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course_lib import runtime
from course_lib.errors import ModelError
from course_lib.retrieval.embedding import load_embedder
from course_lib.tuning.pairs import TrainingPair, checked, no_contrast
from course_lib.tuning.retriever import TunedModel, own_randomness, trained, trainer_settings

MAX_TOKENS = 256  # of question and passage together, as the embedding model's limit


def train_cross_encoder(
    pairs: Iterable[TrainingPair],
    output: str | Path,
    *,
    base: str | None = None,
    epochs: int = 1,
    learning_rate: float = 1e-4,
    batch_size: int = 32,
    seed: int = 0,
) -> TunedModel:
    """Train a cross-encoder on pairs, each passage a yes and each of its hard negatives a no; save it to
    `output`.

    It starts from the weights of an embedding model (the course's own when `base` is None) with a new layer
    for the score on top. The same seed gives the same weights on the same machine;
    retrieval.rerank.load_cross_encoder(output) loads them. Raises CourseError for settings that cannot be
    trained with, ModelError as load_embedder does. Nogueira and Cho, "Passage re-ranking with BERT", 2019,
    section 3. Claim C22; lesson 04.
    """
    folder, pairs, config = checked(
        output, pairs, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, seed=seed
    )
    if not any(pair.negatives for pair in pairs):
        raise no_contrast("so that every answer would be yes")
    runtime.quiet_libraries()
    with own_randomness(config["seed"]):
        from datasets import Dataset
        from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
        from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss

        model = _with_a_new_layer(load_embedder(base).source)
        model.model_card_data.widget = [{}]  # else examples are drawn, for a model card that is not written
        rows = [(p.question, p.positive, 1.0) for p in pairs]
        rows += [(pair.question, negative, 0.0) for pair in pairs for negative in pair.negatives]
        questions, passages, labels = map(list, zip(*rows, strict=True))
        with tempfile.TemporaryDirectory() as scratch:
            trainer = CrossEncoderTrainer(
                model=model,
                args=CrossEncoderTrainingArguments(**trainer_settings(scratch, **config)),
                train_dataset=Dataset.from_dict(
                    {"question": questions, "passage": passages, "label": labels}
                ),
                loss=BinaryCrossEntropyLoss(model),
            )
            negatives = max(len(pair.negatives) for pair in pairs)
            return trained(trainer, folder, len(rows), config | {"base": base, "negatives": negatives})


def _with_a_new_layer(source: str) -> Any:
    """An embedding model's transformer with a fresh layer that gives one score; raises ModelError."""
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)  # the libraries warn that the layer is new, which is what we want
    try:
        return CrossEncoder(source, num_labels=1, max_length=MAX_TOKENS, device=runtime.current().device)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().split("\n")[0]
        raise ModelError(
            f"No cross-encoder can be made from {source!r}: {reason}",
            allowed="a folder of sentence-transformers, or a hub name where there is a network",
        ) from None
    finally:
        logging.disable(level)
