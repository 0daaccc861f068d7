"""Our training step against PEFT with transformers' Trainer, and QLoRA against LoRA: milliseconds and memory.

The same model, batches, rate and adapter on both sides; a ratio above 1 is slower than the Trainer. Ours has
logits for the columns of the replies alone, and the Trainer for all tokens, as a plain script would; with
`logits for the replies` it is told which to keep, so that both do the same work. The goal is at most 1.05.
To run it: python benchmarks/tuning.py [steps] [examples a batch]
"""

import statistics
import sys
import tempfile
import time
from typing import Any

from course_lib import runtime
from course_lib.tuning import recipes
from course_lib.tuning.batches import Encoded, encode, padded
from course_lib.tuning.examples import style_examples
from course_lib.tuning.live_tensors import step_peak
from course_lib.tuning.loop import Batch, Plan, fit
from course_lib.tuning.memory import memory_bytes
from course_lib.tuning.methods import trainable
from course_lib.tuning.train import fresh_model

SHAPE = {"rank": 8, "alpha": 16}


def learner(quantize: str | None):
    """The profile's model with a fresh adapter."""
    return trainable(fresh_model(quantize=quantize).model, "lora", **SHAPE)


def ours(model, plan: Plan) -> list[float]:
    """Milliseconds of each step of our loop but the first."""
    times = [time.perf_counter()]
    fit(model, plan, on_step=lambda step, loss: times.append(time.perf_counter()))
    return [1000 * (b - a) for a, b in zip(times[1:], times[2:], strict=False)]


def trainers(model, plan: Plan, keep: bool) -> list[float]:
    """The same of transformers' Trainer on the same batches in the same order."""
    from torch.utils.data import DataLoader
    from transformers import Trainer, TrainerCallback, TrainingArguments

    run, times = runtime.current(), []

    class Clock(TrainerCallback):
        def on_step_end(self, args, state, control, **more):
            times.append(time.perf_counter())

    class InOrder(Trainer):
        def get_train_dataloader(self):
            return self.accelerator.prepare(
                DataLoader(plan.encoded, batch_sampler=plan.batches, collate_fn=lambda rows: batch(rows))
            )

    def batch(rows: list[Encoded]) -> dict[str, Any]:
        ids, mask, labels = padded(rows, plan.pad, "cpu")
        made = {"input_ids": ids, "attention_mask": mask, "labels": labels}
        made["position_ids"] = (mask.cumsum(-1) - 1).clamp(min=0)
        if keep:
            width = max(row.reply for row in rows) + 1
            made |= {"logits_to_keep": width, "labels": labels[:, -width:]}
        return made

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=len(plan.batches),
            learning_rate=plan.peak_rate,
            lr_scheduler_type="cosine",
            warmup_steps=max(1, len(plan.batches) // 10),
            weight_decay=0.0,
            max_grad_norm=1.0,
            optim="adamw_torch",
            bf16=run.dtype == "bfloat16",
            fp16=run.dtype == "float16",
            use_cpu=run.device == "cpu",
            remove_unused_columns=False,
            report_to=[],
            logging_strategy="no",
            save_strategy="no",
            disable_tqdm=True,
        )
        InOrder(model, arguments, train_dataset=plan.encoded, callbacks=[Clock()]).train()
    return [1000 * (b - a) for a, b in zip(times, times[1:], strict=False)]


def main(steps: int = 12, rows: int = 8) -> None:
    run = runtime.start()
    model = fresh_model()
    encoded = encode(style_examples(steps * rows, most=1), model.tokenizer, model.context)
    batches = [list(range(start, start + rows)) for start in range(0, steps * rows, rows)]
    plan = Plan(encoded, batches, model.tokenizer.pad_token_id or 0, recipes.learning_rate())
    del model
    ways = {
        "transformers' Trainer": lambda: trainers(learner(None), plan, keep=False),
        "Trainer, logits for the replies": lambda: trainers(learner(None), plan, keep=True),
        "our loop": lambda: ours(learner(None), plan),
        "our loop, NF4": lambda: ours(learner("nf4"), plan),
    }
    took = {}
    for name, way in ways.items():
        took[name] = statistics.median(way())
        ratio = took[name] / took["transformers' Trainer"]
        print(f"{name:32}{took[name]:9.0f} ms a step, {ratio:.2f} x Trainer ({run.device})", flush=True)
    print(f"our loop / Trainer, same work: {took['our loop'] / took['Trainer, logits for the replies']:.2f}")
    print(f"QLoRA / LoRA, time of a step: {took['our loop, NF4'] / took['our loop']:.2f}")
    longest = sorted(encoded, key=lambda each: len(each.ids))[-rows:]
    for name, quantize in (("LoRA", None), ("QLoRA", "nf4")):
        trained = learner(quantize)
        tensors = padded(longest, plan.pad, trained.device)
        base = memory_bytes(trained) / 1e6
        peak = step_peak(trained, Batch(*tensors, tuple(range(rows)))) / 1e6
        print(f"{name:6} weights {base:8.1f} MB, a step at most {peak:8.1f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
