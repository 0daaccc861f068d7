"""wren's architecture, and what it learns from: the loss on the answers, and the guided heads.

Llama architecture, Muon on the hidden matrices (Jordan et al. 2024) and AdamW on embeddings and norms, and a
loss that is mostly on the answers, because the values in a made-up passage cannot be predicted.
"""

from course_lib.world.wren.recipe import Recipe
from course_lib.world.wren.rows import NOWHERE, Rows

GUIDED = {  # heads that are told where to look: layer, head; the first four read, the others answer
    "previous": (0, 0),
    "passage": (1, 0),
    "column": (2, 0),
    "line": (2, 2),
    "evidence": (3, 0),
    "copied": (4, 0),
}


def plain_attention(module, query, key, value, attention_mask, scaling, dropout=0.0, **_):
    """Causal attention as three matrix operations: in bf16 on a CPU without AMX, two to three times as
    fast as the fused kernel. The scores, (rows, heads, to, from), stay on the module for `guidance`.
    """
    import torch

    groups = query.shape[1] // key.shape[1]
    key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    shape = query.shape[2], key.shape[2]
    future = torch.full(shape, float("-inf"), dtype=query.dtype, device=query.device).triu(1)
    scores = torch.matmul(query * scaling, key.transpose(-1, -2)) + future
    module.scores = scores
    return torch.matmul(scores.softmax(-1, dtype=scores.dtype), value).transpose(1, 2).contiguous(), None


def new_model(recipe: Recipe):
    """An untrained wren."""
    import torch
    from transformers import AttentionInterface, LlamaConfig, LlamaForCausalLM

    AttentionInterface.register("plain", plain_attention)
    torch.manual_seed(recipe.seed)
    return LlamaForCausalLM(
        LlamaConfig(
            attn_implementation="plain",
            vocab_size=recipe.vocabulary,
            hidden_size=recipe.hidden,
            intermediate_size=recipe.intermediate,
            num_hidden_layers=recipe.layers,
            num_attention_heads=recipe.heads,
            num_key_value_heads=recipe.kv_heads,
            max_position_embeddings=recipe.context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=4,
            pad_token_id=0,
        )
    )


def optimizers(model, recipe: Recipe):
    """Muon for the matrices inside the layers, AdamW for the rest."""
    import torch

    hidden = [p for p in model.model.layers.parameters() if p.ndim == 2]
    inside = {id(p) for p in hidden}
    rest = [p for p in model.parameters() if id(p) not in inside]
    muon = torch.optim.Muon(hidden, lr=recipe.muon_lr, weight_decay=0.01, momentum=0.95)
    adam = torch.optim.AdamW(rest, lr=recipe.adam_lr, betas=(0.9, 0.95), weight_decay=0.0)
    return (muon, recipe.muon_lr), (adam, recipe.adam_lr)


def loss_of(model, recipe: Recipe, batch: Rows, noise):
    """Mean loss over the answers and a light sample of everything else, and the same over the answers
    alone; `batch` holds tensors, `noise` in [0, 1) is shaped like its ids.
    """
    import torch

    hidden = model.model(input_ids=batch.ids, use_cache=False).last_hidden_state[:, :-1]
    target, says = batch.ids[:, 1:], batch.answer[:, 1:]
    context = (noise[:, 1:] < recipe.context_sample) & (target != 0) & ~says
    chosen = says | context
    logits = (hidden[chosen] @ model.lm_head.weight.T).float()
    each = torch.nn.functional.cross_entropy(logits, target[chosen], reduction="none")
    value = (batch.copied[:, :-1] != NOWHERE) * recipe.value_weight
    weight = torch.where(says, 1.0 + value, recipe.context_weight)[chosen]
    loss = (each * weight).sum() / weight.sum()
    return loss, each[says[chosen]].mean().detach()


def guidance(model, batch: Rows, few):
    """How far the guided heads are from looking where they should (guided attention: Chen et al. 2016).

    Cross entropy over the places that each could look at, a tensor with one entry for each of GUIDED. Those
    that read are asked only in the places marked `few`.
    """
    import torch

    before = torch.arange(-1, batch.ids.shape[1] - 1, device=few.device).expand_as(batch.ids)
    losses = []
    for name, (layer, head) in GUIDED.items():
        places = before if name == "previous" else getattr(batch, name)
        told = (places != NOWHERE) & (batch.ids != 0)
        if name not in ("evidence", "copied"):
            told &= few
        scores = model.model.layers[layer].self_attn.scores[:, head][told].float()
        loss = torch.nn.functional.cross_entropy(scores, places[told], reduction="sum")
        losses.append(loss / max(1, len(scores)))
    return torch.stack(losses)
