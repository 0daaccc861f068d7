"""Two models that compute the same and whose weights are in another order: what an adapter is written for.

A model's neurons have no order of their own: another seed of the same education would have put the same
abilities in other places. Shuffling them makes such a model without an education. Lesson 06; claim C14.
"""

import torch

from course_lib.arguments import checked_seed
from course_lib.errors import ModelError


def shuffle_neurons(model, seed: int = 0) -> None:
    """Put the neurons of a Llama or Qwen into another order, in place; its replies stay as they are.

    The features that run through all layers are shuffled once, those within each MLP layer by layer. Raises
    ModelError for a model whose layers are not of that kind, CourseError for a seed that is none.
    """
    random = torch.Generator().manual_seed(checked_seed(seed))
    try:
        layers, norm = model.model.layers, model.model.norm
        embeddings, head = model.get_input_embeddings(), model.get_output_embeddings()
        width, inner = model.config.hidden_size, model.config.intermediate_size
        reads = [[*_attention(layer), layer.mlp.gate_proj, layer.mlp.up_proj] for layer in layers]
        writes = [[layer.self_attn.o_proj, layer.mlp.down_proj] for layer in layers]
        norms = [norm, *(each for layer in layers for each in _norms(layer))]
    except AttributeError as error:
        raise ModelError(
            f"The neurons of this model cannot be shuffled: {error}",
            allowed="a model of Llama's or Qwen's kind",
        ) from None
    features = torch.randperm(width, generator=random).to(model.device)
    with torch.no_grad():
        for table in {id(each.weight): each for each in (embeddings, head)}.values():  # one if they are tied
            table.weight.copy_(table.weight[:, features])
        for each in norms:
            each.weight.copy_(each.weight[features])
        for layer, reading, writing in zip(layers, reads, writes, strict=True):
            for each in reading:  # (out, width)
                each.weight.copy_(each.weight[:, features])
            for each in writing:  # (width, in)
                each.weight.copy_(each.weight[features])
            neurons = torch.randperm(inner, generator=random).to(model.device)
            for each in (layer.mlp.gate_proj, layer.mlp.up_proj):
                each.weight.copy_(each.weight[neurons])
            layer.mlp.down_proj.weight.copy_(layer.mlp.down_proj.weight[:, neurons])


def _attention(layer) -> list:
    return [layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj]


def _norms(layer) -> list:
    return [layer.input_layernorm, layer.post_attention_layernorm]
