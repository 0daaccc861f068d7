"""Educates *wren* from scratch: `make model`, or `python -m course_lib.pretrain --output FOLDER`.

Llama architecture, Muon on the hidden matrices (Jordan et al. 2024) and AdamW on embeddings and norms, a
curriculum from one fact to many, and a loss that is mostly on the answers, because the values in a made-up
passage cannot be predicted. It stops and resumes anywhere: the next batch depends on the seed and the count
of tokens alone.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.world.tokens import NOWHERE, Rows


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


def rate(recipe: Recipe, step: int, seen: int) -> float:
    """The learning rate's share of its peak: warm-up, plateau, straight down to zero."""
    left = (1 - seen / recipe.tokens) / recipe.decay
    return max(0.0, min(1.0, (step + 1) / recipe.warmup, left))


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


class Education:
    """The state of a training run: model, optimizers, and how far it has come."""

    def __init__(self, recipe: Recipe, folder: Path):
        import torch
        from tokenizers import Tokenizer

        from course_lib.world.tokens import save_tokenizer, train_tokenizer

        self.recipe, self.folder = recipe, folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "tokenizer.json").exists():
            save_tokenizer(train_tokenizer(recipe.vocabulary, seed=recipe.seed), folder, recipe.context)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = new_model(recipe).to(self.device)
        self.optimizers = optimizers(self.model, recipe)
        self.pool = self.batch = self.step = self.seen = 0
        self.pool_start = 0  # tokens seen when the current pool was drawn
        self.seconds = 0.0
        self.log: list[dict] = []
        if (folder / "state.json").exists():
            self._resume()

    def batches_of(self, pool: int):
        """The batches of pool number `pool`, from the seed and the tokens seen when it is drawn."""
        import numpy as np

        from course_lib.world.education import draw
        from course_lib.world.primer import primer_batch
        from course_lib.world.tokens import batches, encode

        if self.pool_start < self.recipe.primer:
            noise = np.random.default_rng([self.recipe.seed, pool])
            return [primer_batch(noise, self.recipe.batch_tokens, self.recipe.vocabulary) for _ in range(10)]
        rng = Random(f"{self.recipe.seed} {pool}")
        progress = (self.pool_start - self.recipe.primer) / (self.recipe.tokens - self.recipe.primer)
        rows = encode(self.tokenizer, [draw(rng, progress) for _ in range(self.recipe.pool)])
        made = batches(rows, self.recipe.batch_tokens, self.recipe.longest)
        rng.shuffle(made)
        return made

    def learn(self, made: Rows):
        """One step on one batch; returns the loss on the answers and the guided heads' loss."""
        import torch

        share = rate(self.recipe, self.step, self.seen)
        for optimizer, peak in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = peak * share
        generator = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + self.step)
        noise = torch.rand(made.ids.shape, generator=generator).to(self.device)
        batch = self.tensors(made)
        with torch.autocast(self.device.type, torch.bfloat16):
            loss, answer_loss = loss_of(self.model, self.recipe, batch, noise)
            guided = guidance(self.model, batch, noise < self.recipe.context_sample)
        (loss + self.recipe.guide * share * guided.sum()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, _ in self.optimizers:
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += made.ids.size
        return float(answer_loss), guided.detach().cpu()

    def tensors(self, made: Rows) -> Rows:
        """The batch on the device."""
        import torch

        return Rows(**{name: torch.from_numpy(array).to(self.device) for name, array in vars(made).items()})

    def run(self, until: int | None = None, every: int = 50, checkpoint_seconds: float = 180.0) -> None:
        """Trains to the recipe's tokens (or to step `until`), with a line of log each `every` steps and
        checkpoints.
        """
        saved, recent = time.perf_counter(), []
        while self.seen < self.recipe.tokens:
            if self.batch == 0:
                self.pool_start = self.seen
            made = self.batches_of(self.pool)
            while self.batch < len(made):
                if self.seen >= self.recipe.tokens or (until is not None and self.step >= until):
                    return
                began = time.perf_counter()
                recent.append(self.learn(made[self.batch]))
                self.batch += 1
                self.seconds += time.perf_counter() - began
                if self.step % every == 0:
                    row = {
                        "step": self.step,
                        "tokens": self.seen,
                        "loss": round(sum(loss for loss, _ in recent) / len(recent), 4),
                        "guided": [
                            round(float(g), 3) for g in sum(guided for _, guided in recent) / len(recent)
                        ],
                        "seconds": round(self.seconds, 1),
                    }
                    if self.step % (every * 5) == 0:
                        row |= self.quick_exam()
                    self.log.append(row)
                    print(json.dumps(row), flush=True)
                    recent = []
                if time.perf_counter() - saved > checkpoint_seconds:
                    self.save()
                    saved = time.perf_counter()
            self.pool, self.batch = self.pool + 1, 0

    def quick_exam(self, n: int = 60) -> dict[str, float]:
        """Share of exam replies that greedy decoding would give exactly (teacher forced, so one forward
        pass).
        """
        import torch

        from course_lib.world.examination import KINDS, general_tasks, reading_tasks
        from course_lib.world.tokens import batches, encode

        tasks = {kind: reading_tasks(kind, n, seed=1) for kind in KINDS} | {"general": general_tasks()[::6]}
        scores = {}
        for kind, chosen in tasks.items():
            rows = encode(
                self.tokenizer, [[*t.messages, {"role": "assistant", "content": t.reply}] for t in chosen]
            )
            right = []
            for made in batches(rows, 8192, self.recipe.context):
                ids, answer = self.tensors(made).ids, self.tensors(made).answer
                with torch.inference_mode(), torch.autocast(self.device.type, torch.bfloat16):
                    hidden = self.model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
                    guess = torch.zeros_like(ids[:, 1:])
                    says = answer[:, 1:]
                    guess[says] = (hidden[says] @ self.model.lm_head.weight.T).argmax(-1)
                right += ((guess == ids[:, 1:]) | ~says).all(1).tolist()
            scores[kind] = round(sum(right) / len(right), 3)
        return scores

    def save(self) -> None:
        """A checkpoint (safetensors and JSON), written beside and renamed."""
        from safetensors.torch import save_file

        state = {
            f"model.{k}": v.contiguous() for k, v in self.model.state_dict().items() if k != "lm_head.weight"
        }
        for i, (optimizer, _) in enumerate(self.optimizers):
            for j, entry in optimizer.state_dict()["state"].items():
                state |= {f"optimizer.{i}.{j}.{k}": v.contiguous() for k, v in entry.items()}
        beside = self.folder / "checkpoint.safetensors.new"
        save_file(state, beside)
        beside.replace(self.folder / "checkpoint.safetensors")
        progress = {
            k: getattr(self, k) for k in ("pool", "batch", "step", "seen", "pool_start", "seconds", "log")
        }
        files.write_atomically(
            self.folder / "state.json", json.dumps({"recipe": asdict(self.recipe), **progress})
        )

    def _resume(self) -> None:
        from safetensors.torch import load_file

        saved = files.read_json(self.folder / "state.json")
        now = asdict(self.recipe)
        for key, old in saved["recipe"].items():
            if old != now.get(key):
                print(f"wren: going on with another recipe than it began with: {key} {old} -> {now.get(key)}")
        for key in ("pool", "batch", "step", "seen", "pool_start", "seconds", "log"):
            setattr(self, key, saved[key])
        state = load_file(self.folder / "checkpoint.safetensors")
        weights = {k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")}
        self.model.load_state_dict(weights, strict=False)
        for i, (optimizer, _) in enumerate(self.optimizers):
            entries: dict[int, dict] = {}
            for key, value in state.items():
                if key.startswith(f"optimizer.{i}."):
                    _, _, j, name = key.split(".", 3)
                    entries.setdefault(int(j), {})[name] = value
            if entries:
                optimizer.load_state_dict(
                    {"state": entries, "param_groups": optimizer.state_dict()["param_groups"]}
                )

    def export(self, folder: Path) -> None:
        """The finished model: bf16 safetensors, configuration and tokenizer, as transformers reads them."""
        import shutil

        import torch

        from course_lib.world.tokens import save_tokenizer

        beside = folder.with_name(folder.name + ".new")
        shutil.rmtree(beside, ignore_errors=True)
        self.model.to(torch.bfloat16).save_pretrained(beside)
        save_tokenizer(self.tokenizer, beside, self.recipe.context)
        files.write_atomically(
            beside / "training_log.json",
            json.dumps(
                {"recipe": asdict(self.recipe), "seconds": round(self.seconds), "log": self.log}, indent=0
            ),
        )
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="where the finished model goes")
    parser.add_argument("--work", type=Path, help="where checkpoints go (default: OUTPUT.work)")
    parser.add_argument("--tokens", type=int, default=Recipe.tokens)
    parser.add_argument("--layers", type=int, default=Recipe.layers)
    parser.add_argument("--muon-lr", type=float, default=Recipe.muon_lr)
    parser.add_argument("--until", type=int, help="stop after this step (to try something)")
    arguments = parser.parse_args()
    recipe = Recipe(tokens=arguments.tokens, layers=arguments.layers, muon_lr=arguments.muon_lr)
    education = Education(
        recipe, arguments.work or arguments.output.with_name(arguments.output.name + ".work")
    )
    size = sum(p.numel() for p in education.model.parameters())
    print(f"wren: {size:,} parameters on {education.device}, step {education.step}")
    education.run(until=arguments.until)
    education.save()
    if education.seen >= recipe.tokens:
        education.export(arguments.output)


if __name__ == "__main__":
    main()
