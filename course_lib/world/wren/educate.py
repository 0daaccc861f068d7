"""Educates *wren* from scratch: `make model`.

It stops and resumes anywhere: the next batch depends on the seed and the count of tokens alone.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.tuning.schedule import share_of_peak
from course_lib.world.wren.model import guidance, loss_of, new_model, optimizers
from course_lib.world.wren.recipe import Recipe
from course_lib.world.wren.rows import Rows


class Education:
    """The state of a training run: model, optimizers, and how far it has come."""

    def __init__(self, recipe: Recipe, folder: Path):
        import torch
        from tokenizers import Tokenizer

        from course_lib.world.wren.tokenizer import save_tokenizer, train_tokenizer

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

        from course_lib.world.wren.curriculum import draw
        from course_lib.world.wren.primer import primer_batch
        from course_lib.world.wren.rows import batches, encode

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

        done = self.seen / self.recipe.tokens
        share = share_of_peak(self.step, done, self.recipe.warmup, self.recipe.decay)
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

        from course_lib.world.reading.exam import KINDS, general_tasks, reading_tasks
        from course_lib.world.wren.rows import batches, encode

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

        from course_lib.world.wren.tokenizer import save_tokenizer

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


def educate(recipe: Recipe, output: Path, work: Path, until: int | None = None) -> None:
    """Educate as the recipe says, or go on from the checkpoint in `work`; `until` stops after that step."""
    education = Education(recipe, work)
    size = sum(p.numel() for p in education.model.parameters())
    print(f"wren: {size:,} parameters on {education.device}, step {education.step}")
    education.run(until=until)
    education.save()
    if education.seen >= recipe.tokens:
        education.export(output)
