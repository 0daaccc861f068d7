"""What a training step takes in memory, counted from a configuration before anything is loaded.

Weights, gradients and the optimiser's moments are counted numbers times bytes. Activations are what autograd
keeps from the forward pass for the backward one, tensor by tensor as transformers' blocks of Llama's kind
make them, with fused attention and batches that hold padding. What this module does not do: count what a
library takes for itself (CUDA's context, fragments of freed memory), some hundred megabytes on a card,
nor what AdamW's step makes on its way: on a CPU twice the largest tensor, which full tuning of 0.5B shows.
Lesson 07; claims C09 and C10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from course_lib.arguments import one_of, whole_number, words
from course_lib.errors import CourseError
from course_lib.generation.loading import on_meta
from course_lib.tuning import ALL_LINEAR, nf4

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

METHODS = ("full", "lora", "qlora")
FP32 = 4  # bytes of a number that is trained, of its gradient, and of each of Adam's two moments
ATTENTION, MLP = ("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj")  # layers that read one input


@dataclass(frozen=True)
class Step:
    """What one training step carries: `batch` rows of `length` tokens, the last `reply` of which are learned.

    Without `reply` the logits of all tokens are computed. `itemsize` is 2 where it computes in bf16 or fp16
    and 4 in fp32; trained weights are in fp32 always. With `checkpointing` each block keeps its input alone,
    and computes the rest again. Raises CourseError, naming it, for what cannot be.
    """

    batch: int = 8
    length: int = 512
    reply: int | None = None
    rank: int = 16
    targets: Sequence[str] = ALL_LINEAR
    checkpointing: bool = False
    itemsize: int = 2

    def __post_init__(self):
        for name in ("batch", "length", "rank"):
            whole_number(getattr(self, name), name)
        if self.reply is not None:
            whole_number(self.reply, "reply", most=self.length, why="the length")
        one_of(self.itemsize, "itemsize", (2, 4))
        for target in words(self.targets, "targets"):
            one_of(target, "layer", ALL_LINEAR)


@dataclass(frozen=True)
class Memory:
    """The bytes of a training step by part, and the most of them that are there at once."""

    weights: int  # the base, and the adapter beside it
    optimiser: int  # two moments of each trained number
    gradients: int  # one number for each trained number
    activations: int  # kept by the forward pass for the backward one
    logits: int  # and what the loss makes of them

    @property
    def peak(self) -> int:
        """Gradients come as the backward pass lets activations go, so the larger of the two counts."""
        return self.weights + self.optimiser + max(self.activations + self.logits, self.gradients)


@dataclass(frozen=True)
class _Shape:
    layers: int
    hidden: int
    queries: int  # heads × their width, which keys and values are repeated to
    inner: int
    vocabulary: int
    linear: dict[str, tuple[int, int]]  # the linear layers of one block: name -> (out, in)
    quantisable: int  # weights in the linear layers of all blocks
    rest: int  # embeddings, norms, biases, an untied head


def training_memory(config: "PreTrainedConfig", method: str = "qlora", **settings: Any) -> Memory:
    """The memory of one training step of a model of this configuration; `settings` are those of Step.

    `full` trains all weights in fp32; `lora` holds a frozen base in the format that it computes in; `qlora`
    in NF4 with double quantisation, and the rest of it in fp32, as PEFT prepares it. Raises CourseError for
    settings that cannot be, and for a configuration whose blocks are not of Llama's kind (Llama, Qwen,
    Mistral and their like). Lesson 07.
    """
    one_of(method, "method", METHODS)
    step, shape = Step(**settings), _shape(config.to_json_string())
    adapter = 0 if method == "full" else _adapter_size(shape, step)
    total = shape.quantisable + shape.rest
    base = {
        "full": FP32 * total,
        "lora": step.itemsize * total,
        "qlora": round(nf4.bits_per_weight(double=True) / 8 * shape.quantisable) + FP32 * shape.rest,
    }[method]
    trained = total if method == "full" else adapter
    return Memory(
        weights=base + FP32 * adapter,
        optimiser=2 * FP32 * trained,
        gradients=FP32 * trained,
        activations=_activations(shape, step, method),
        logits=_logits(shape, step, method),
    )


def _adapter_size(shape: _Shape, step: Step) -> int:
    """A and B of every adapted layer: rank × (in + out) numbers."""
    return shape.layers * sum(step.rank * sum(shape.linear[name]) for name in words(step.targets, "targets"))


def _activations(shape: _Shape, step: Step, method: str) -> int:
    """What all blocks keep; with checkpointing their inputs, and one block at a time."""
    tokens = step.batch * step.length
    stream = step.itemsize if method == "lora" else FP32  # what flows from block to block
    mask = step.batch * step.length**2 * step.itemsize  # who may look at whom, in a batch with padding
    block = tokens * _kept_of_a_token(shape, step, method) + mask
    last_norm = tokens * shape.hidden * FP32 * (2 if method == "full" else 1)
    if step.checkpointing:
        return shape.layers * tokens * shape.hidden * stream + block + last_norm
    copies = 2 * shape.quantisable if method == "full" and step.itemsize == 2 else 0  # weights in 16 bits
    return shape.layers * block + last_norm + copies


def _kept_of_a_token(shape: _Shape, step: Step, method: str) -> int:
    """Bytes that one block keeps of each token."""
    h, q, i, size = shape.hidden, shape.queries, shape.inner, step.itemsize
    adapted = ALL_LINEAR if method == "full" else words(step.targets, "targets")
    norms = 2 * h * FP32 * (2 if method == "full" else 1)  # what each norm read; trained, also what it scaled
    attention = 4 * q * size  # queries, keys and values (repeated for all heads), and what attention made
    mlp = (3 + ("down_proj" in adapted)) * i * size  # gate, its activation, up; their product, read by down
    readers = [[name for name in group if name in adapted] for group in (ATTENTION, MLP)]
    if size == FP32:
        inputs = h * FP32 * sum(bool(group) for group in readers)  # one tensor for all that read it
    else:
        inputs = h * size * sum(len(group) for group in readers)  # each makes a copy in 16 bits
        inputs += q * size * (method == "lora" and "o_proj" in adapted)
    low_rank = 0 if method == "full" else len(adapted) * step.rank * size
    return norms + attention + mlp + inputs + low_rank


def _logits(shape: _Shape, step: Step, method: str) -> int:
    """Of each token that predicts one: the logits in fp32, their softmax, and the gradient of both."""
    positions = step.batch * min(step.length, (step.reply or step.length) + 1)
    head_copy = 2 * shape.vocabulary * shape.hidden if step.itemsize == 2 and method != "lora" else 0
    return 3 * FP32 * positions * shape.vocabulary + head_copy


@lru_cache(maxsize=32)
def _shape(config_json: str) -> _Shape:
    """The sizes of a configuration, read off its layers on the meta device, where they have no numbers."""
    import json

    from transformers import AutoConfig

    settings = json.loads(config_json)
    model = on_meta(AutoConfig.for_model(settings.pop("model_type"), **settings))
    config, head = model.config, model.get_output_embeddings()
    linear = {
        name: tuple(layer.weight.shape)
        for name, layer in model.named_modules()
        if hasattr(layer, "in_features") and layer is not head
    }
    first = {name.rpartition(".")[2]: size for name, size in linear.items() if ".layers.0." in name}
    if set(first) != set(ALL_LINEAR) or len(linear) != len(first) * config.num_hidden_layers:
        raise CourseError(
            f"The blocks of a {config.model_type} are not of Llama's kind.",
            allowed=f"models whose blocks have the linear layers {', '.join(ALL_LINEAR)}",
        )
    quantisable = sum(rows * columns for rows, columns in linear.values())
    return _Shape(
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        queries=first["q_proj"][0],
        inner=first["gate_proj"][0],
        vocabulary=config.vocab_size,
        linear=first,
        quantisable=quantisable,
        rest=sum(p.numel() for p in model.parameters()) - quantisable,
    )
