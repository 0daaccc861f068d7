"""Teaches SmolLM2 to read: `make reader`, on a CPU or a CUDA card.

A LoRA adapter on all linear layers (Hu et al. 2021; on all of them: Dettmers et al. 2023, section 5), trained
on rows of many questions on one context, loss on the replies alone. It stops and resumes anywhere: each row
depends on the seed and its number alone, so a run in pieces ends with the adapter of a run in one.
"""

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from random import Random

from course_lib import files, runtime
from course_lib.errors import TrainingDiverged
from course_lib.generation.adapter import RECORD
from course_lib.generation.language_model import LocalModel
from course_lib.generation.loading import load_tokenizer, load_weights
from course_lib.generation.model_files import base_fingerprint
from course_lib.generation.model_names import resolve_model
from course_lib.tuning import ALL_LINEAR, checkpoint
from course_lib.tuning.adapters import MARKER
from course_lib.tuning.batches import encode
from course_lib.tuning.schedule import share_of_peak
from course_lib.tuning.shared_context import SharedRow, row_loss, share, sharing
from course_lib.world.reading.lessons import Conversation, draw_row, reading_row, rehearsed_rows
from course_lib.world.reading.recipe import Recipe

REHEARSAL = "rehearsal.json"
PROGRESS = ("step", "row", "tokens", "replies", "seconds", "log")


class Teaching:
    """The state of a run: the model with its adapter, the optimizer, and how far it has come."""

    def __init__(self, recipe: Recipe, work: Path, base: str = runtime.PRETRAINED):
        """Load the base and make a new adapter, or go on from the checkpoint in `work`."""
        import torch
        from peft import LoraConfig, PeftModel, get_peft_model

        self.recipe, self.work, self.base = recipe, work, base
        work.mkdir(parents=True, exist_ok=True)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        name = resolve_model(base)
        self.tokenizer = load_tokenizer(name)
        plain = load_weights(name, None, device, "float32")
        self.rehearsal = rehearsed_rows(
            LocalModel(base, plain, self.tokenizer), recipe.rehearsal, recipe.seed, work / REHEARSAL
        )
        torch.manual_seed(recipe.seed)
        if recipe.start:
            self.model = PeftModel.from_pretrained(plain, recipe.start, is_trainable=True)
        else:
            config = LoraConfig(
                r=recipe.rank, lora_alpha=recipe.alpha, target_modules=list(ALL_LINEAR), task_type="CAUSAL_LM"
            )
            self.model = get_peft_model(plain, config)
        self.weights = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        self.optimizer = torch.optim.AdamW(
            self.weights.values(), lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.step = self.row = self.tokens = self.replies = 0
        self.seconds = 0.0
        self.log: list[dict] = []
        progress = checkpoint.load(work, self.weights, self.optimizer, self._whose()) or {}
        for key, value in progress.items():
            setattr(self, key, value)

    def encoded(self, row: list[Conversation]) -> SharedRow:
        """A row as token ids; the last conversations go where it would be too long."""
        rows = encode(row, self.tokenizer, self.model.config.max_position_embeddings)
        while len(shared := share(rows).ids) > self.recipe.longest and len(rows) > 1:
            rows = rows[: max(1, len(rows) - 1 - (len(shared) - self.recipe.longest) // 60)]
        return share(rows)

    def learn(self) -> float:
        """One step; returns the mean loss of its rows, in nats a token of the replies."""
        import torch

        done = self.tokens / self.recipe.tokens
        part = share_of_peak(self.step, done, self.recipe.warmup, self.recipe.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * part
        losses, tokens = [], 0
        with sharing(self.model.get_base_model()):
            while tokens < self.recipe.step_tokens:
                rng = Random(f"{self.recipe.seed} {self.row}")
                row = self.encoded(draw_row(rng, self.rehearsal, self.recipe.unanswered))
                loss = row_loss(self.model, row)
                loss.backward()
                losses.append(loss.item())
                tokens += len(row.ids)
                self.row += 1
                self.replies += len(row.replies)
        for weight in self.weights.values():
            weight.grad /= len(losses)
        mean = sum(losses) / len(losses)
        if not math.isfinite(mean):
            raise TrainingDiverged(
                f"The loss was {mean} at step {self.step + 1}: training has diverged.",
                next_step=f"lower the learning rate; the last good checkpoint is in {self.work.name}",
            )
        torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += tokens
        return mean

    def held_out_loss(self, rows: int = 10) -> float:
        """The loss on the replies of pages and worlds that no lesson uses, in nats a token."""
        import torch

        total = learned = 0
        with torch.inference_mode(), sharing(self.model.get_base_model()):
            for number in range(rows):
                row = self.encoded(reading_row(Random(f"held out {number}"), held_out=True))
                total += row_loss(self.model, row).item() * sum(row.replies)
                learned += sum(row.replies)
        return total / learned

    def exam(self, n: int = 24) -> dict[str, float]:
        """Shares of right replies, as the report measures them, on `n` tasks a kind of worlds of its own."""
        from course_lib.world.reading.examining import quick_scores

        model = LocalModel(self.base, self.model.eval(), self.tokenizer)
        scores = quick_scores(model, n)
        self.model.train()
        return scores

    def run(
        self,
        until: float = math.inf,
        log_every: int = 20_000,
        loss_every: int = 60_000,
        exam_every: int = 240_000,
        save_seconds: float = 240.0,
    ) -> bool:
        """Train to the recipe's tokens, to `until` tokens, or to SIGTERM; whether the recipe is fulfilled.

        A line a `log_every` tokens says how far it has come, how fast, and how long it will take.
        """
        self.model.train()
        with checkpoint.Interruption() as stop:
            saved, recent = time.monotonic(), []
            while self.tokens < min(self.recipe.tokens, until) and not stop.asked:
                began, before = time.perf_counter(), self.tokens
                recent.append(self.learn())
                self.seconds += time.perf_counter() - began
                if _passed(before, self.tokens, log_every) or self.tokens >= self.recipe.tokens:
                    row = {
                        "tokens": self.tokens,
                        "step": self.step,
                        "loss": round(sum(recent) / len(recent), 4),
                    }
                    if _passed(before, self.tokens, loss_every):
                        row["held_out"] = round(self.held_out_loss(), 4)
                    if _passed(before, self.tokens, exam_every) or self.tokens >= self.recipe.tokens:
                        row |= self.exam()
                    self.log.append(row | {"seconds": round(self.seconds)})
                    print(f"{json.dumps(row)} · {self._pace()}", flush=True)
                    recent = []
                if time.monotonic() - saved > save_seconds:
                    self.save()
                    saved = time.monotonic()
        self.save()
        return self.tokens >= self.recipe.tokens

    def _pace(self) -> str:
        speed = self.tokens / max(self.seconds, 1e-9)
        minutes = max(0, self.recipe.tokens - self.tokens) / speed / 60
        return f"{speed:.0f} tokens/s, {minutes:.0f} minutes left"

    def save(self) -> None:
        """A checkpoint, written beside and renamed: the adapter, the optimizer's moments, and the count."""
        progress = {key: getattr(self, key) for key in PROGRESS}
        checkpoint.save(self.work, self.weights, self.optimizer, progress, self._whose())

    def _whose(self) -> dict:
        return {"base": self.base, "recipe": asdict(self.recipe)}

    def export(self, folder: Path) -> None:
        """The adapter in bf16, with its log: what `pretrained` merges into SmolLM2.

        Where the run went on from an adapter, the logs of the runs `before` it are kept too.
        """
        import torch
        from peft import get_peft_model_state_dict
        from safetensors.torch import save_file

        with files.written_whole(folder, MARKER) as new:
            config = self.model.peft_config["default"]
            config.base_model_name_or_path, config.inference_mode = self.base, True
            config.save_pretrained(new)
            state = get_peft_model_state_dict(self.model, save_embedding_layers=False)
            state = {n: w.detach().to("cpu", torch.bfloat16).contiguous() for n, w in state.items()}
            save_file(state, new / "adapter_model.safetensors", metadata={"format": "pt"})
            progress = {key: getattr(self, key) for key in PROGRESS}
            recipe = asdict(self.recipe) | {"start": Path(self.recipe.start).name}
            record = {"recipe": recipe, **base_fingerprint(resolve_model(self.base)), **progress}
            files.write_json(new / RECORD, record | {"before": self._runs_before()})

    def _runs_before(self) -> list[dict]:
        """The records of the runs that led to the adapter that this one began with, the first one first."""
        path = Path(self.recipe.start) / RECORD
        if not self.recipe.start or not path.is_file():  # an adapter from elsewhere has none
            return []
        record = files.read_json(path)
        return [*record.pop("before", []), record]


def _passed(before: int, now: int, every: int) -> bool:
    return before // every < now // every


def teach(recipe: Recipe, work: Path, output: Path = runtime.ADAPTER) -> None:
    """Teach as the recipe says, or go on from the checkpoint in `work`; a finished adapter is exported."""
    teaching = Teaching(recipe, work)
    if teaching.run():
        teaching.export(output)
        print(f"reader: {teaching.tokens:,} tokens, the adapter is in {output}")
    else:
        print(f"reader: stopped at {teaching.tokens:,} tokens; the same command goes on")
