"""Exercise 6.3: how many parameters LoRA trains, from a model's shapes alone."""

from collections.abc import Collection

from course_lib.exercises.judging import exercise, like


def lora_parameters(
    hidden: int, inner: int, heads: int, kv_heads: int, layers: int, rank: int, targets: Collection[str]
) -> int:
    """The number of parameters that LoRA trains in a model of Llama's kind.

    Each block has q_proj and o_proj (hidden to hidden), k_proj and v_proj (hidden to kv_heads heads),
    gate_proj and up_proj (hidden to inner) and down_proj (inner to hidden). A head is hidden / heads wide;
    keys and values may have fewer heads than queries. `targets` names the layers that get an adapter.
    """
    keys = kv_heads * hidden // heads
    sides = {
        "q_proj": (hidden, hidden),
        "k_proj": (hidden, keys),
        "v_proj": (hidden, keys),
        "o_proj": (hidden, hidden),
        "gate_proj": (hidden, inner),
        "up_proj": (hidden, inner),
        "down_proj": (inner, hidden),
    }
    return layers * sum(rank * (size + out) for name, (size, out) in sides.items() if name in targets)


_ALL = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def _with(each, keys=lambda hidden, heads, kv_heads: kv_heads * hidden // heads, of_all=False, once=False):
    """A program that counts `each(rank, in, out)` for a layer."""

    def counted(hidden, inner, heads, kv_heads, layers, rank, targets):
        narrow = keys(hidden, heads, kv_heads)
        outs = {"k_proj": narrow, "v_proj": narrow, "gate_proj": inner, "up_proj": inner}
        chosen = _ALL if of_all else targets
        one = sum(
            each(rank, inner if name == "down_proj" else hidden, outs.get(name, hidden)) for name in chosen
        )
        return one if once else layers * one

    return counted


def _both(rank, size, out):
    return rank * (size + out)


PARAMETERS = exercise(
    "6.3",
    "Count what is trained",
    lora_parameters,
    minutes=12,
    imports="from collections.abc import Collection",
    cases=(
        (4096, 14336, 32, 8, 32, 16, ("q_proj", "v_proj")),  # Llama-3-8B
        (896, 4864, 14, 2, 24, 16, _ALL),  # Qwen2.5-0.5B
        (4096, 11008, 32, 32, 32, 8, ("q_proj", "v_proj")),  # Llama-2-7B
    ),
    mistakes=(
        like(_with(_both, keys=lambda hidden, heads, kv_heads: hidden), "keys-as-wide-as-queries",
             "Keys and values are counted as wide as the queries. With grouped-query attention they have "
             "only `kv_heads` heads, each hidden / heads wide."),
        like(_with(_both, keys=lambda hidden, heads, kv_heads: hidden // kv_heads), "divided-by-kv-heads",
             "The width of keys and values is kv_heads · (hidden / heads), not hidden / kv_heads."),
        like(_with(_both, keys=lambda hidden, heads, kv_heads: kv_heads), "heads-without-width",
             "`kv_heads` counts heads. Each of them is hidden / heads wide."),
        like(_with(_both, once=True), "one-layer", "That is one layer. The model has `layers` of them."),
        like(_with(lambda rank, size, out: size * out), "whole-matrix",
             "That is the frozen matrix, in · out. LoRA trains two thin ones beside it."),
        like(_with(lambda rank, size, out: rank * size * out), "rank-times-matrix",
             "rank · in · out is more than the matrix itself. A is rank × in, B is out × rank: add them up."),
        like(_with(lambda rank, size, out: rank * size), "a-alone",
             "Only A is counted, rank × in. B, out × rank, is trained too. (4,194,304, which an article "
             "prints for Llama-3-8B, is just this; it is also the right count for Llama-2-7B at rank 8.)"),
        like(_with(lambda rank, size, out: rank * out), "b-alone",
             "Only B is counted, out × rank. A, rank × in, is trained too."),
        like(_with(_both, of_all=True), "every-layer",
             "Every layer is counted. Only those in `targets` get an adapter."),
    ),
    hints=(
        ("I do not know where to begin",
         "A layer from `in` to `out` gets A (rank × in) and B (out × rank): rank · (in + out) numbers."),
        ("I do not know how wide keys and values are",
         "A head is hidden / heads wide, and they have kv_heads of them."),
        ("My result is a small part of the right one", "Is it multiplied by the number of blocks, `layers`?"),
    ),
    why="rank · (in + out) a layer, for each layer named and each of the model's layers. Without "
        "grouped-query attention v_proj is as wide as q_proj; with it, narrower. Mixing the two up puts one "
        "model's count beside another model's name.",
)  # fmt: skip
