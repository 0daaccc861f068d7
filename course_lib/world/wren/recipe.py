"""All that decides wren's weights: `python -m course_lib wren` takes each setting as an option."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """All that decides the weights."""

    tokens: int = 106_000_000
    primer: int = 1_200_000  # the first tokens: random strings to copy and look up
    seed: int = 0
    vocabulary: int = 6144
    hidden: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    intermediate: int = 768
    context: int = 1024
    batch_tokens: int = 4096
    pool: int = 320  # examples drawn at a time, then sorted by length into batches
    longest: int = 704  # tokens of a training example
    muon_lr: float = 0.02
    adam_lr: float = 3e-3
    warmup: int = 100  # steps
    decay: float = 0.35  # share of the tokens over which the rates fall to nothing
    value_weight: float = 2.0  # what a copied token counts beyond the others of an answer
    guide: float = 1.0  # weight of the guided heads' loss
    context_sample: float = 0.1  # share of the other tokens that count in the loss ...
    context_weight: float = 0.3  # ... and how much each of them counts
