"""Would another way to decode be faster? Our greedy loop against transformers' `generate`, int8, compiling.

The same 40 prompts of four passages in the same batches, on the profile's model; a ratio above 1 is slower
than `generate`. int8 and `torch.compile` are taken by the course if they are 1.3 times as fast as our loop
and score inside its interval. Compiling has LIMIT seconds in a process of its own; a CPU may take longer.
To run it: python benchmarks/decoding.py [number of questions]
"""

import subprocess
import sys
import time
import warnings

from course_lib import runtime
from course_lib.corpus.documents import load_questions
from course_lib.evaluation.answers import score
from course_lib.evaluation.statistics import wilson_interval
from course_lib.experiments.setting import chosen_search
from course_lib.generation.decoding import pad_left
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.prompts import with_passages

K, BATCH, TOKENS = 4, 8, 48
LIMIT = 900  # seconds
PLAIN, COMPILED = "transformers' generate", "ours, torch.compile"


def generate(model: LocalModel, conversations) -> list[str]:
    """What transformers' own loop says, batches made as ours are: prompts of like length together."""
    import torch

    prompts = [model.tokens(messages) for messages in conversations]
    order = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
    texts = [""] * len(prompts)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        ids, mask = pad_left([prompts[i] for i in batch], model.tokenizer.pad_token_id, model.model.device)
        with torch.inference_mode():
            done = model.model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=TOKENS, do_sample=False
            )
        for i, row in zip(batch, done[:, ids.shape[1] :], strict=True):
            texts[i] = model.tokenizer.decode(row, skip_special_tokens=True).strip()
    return texts


def ours(model: LocalModel, conversations) -> list[str]:
    replies = model.replies(conversations, batch_size=BATCH, max_new_tokens=TOKENS)
    return [reply.text for reply in replies]


def int8(model: LocalModel) -> LocalModel:
    """The model with its linear layers in int8, quantised as they are used (torch.ao, dynamic)."""
    import torch

    quantised = torch.ao.quantization.quantize_dynamic(model.model, {torch.nn.Linear}, dtype=torch.qint8)
    return LocalModel(model.name, quantised, model.tokenizer)


def compiled(model: LocalModel) -> LocalModel:
    import torch

    model.model.forward = torch.compile(model.model.forward, dynamic=True)
    return model


def main(count: int = 40, only: str = "") -> None:
    warnings.filterwarnings("ignore")
    run = runtime.start()
    every = [q for q in load_questions("test", "2026") if q.value]
    questions = every[:: max(1, len(every) // count)][:count]
    found = chosen_search().search_many([q.text for q in questions], K)
    asked = [
        with_passages(q.text, [hit.chunk for hit in hits]) for q, hits in zip(questions, found, strict=True)
    ]
    ways = {
        PLAIN: (generate, load_language_model),
        "our greedy loop": (ours, load_language_model),
        "ours, int8": (ours, lambda: int8(load_language_model())),
        COMPILED: (ours, lambda: compiled(load_language_model())),
    }
    seconds: dict[str, float] = {}
    for name, (answer, load) in ways.items():
        if name == COMPILED and not only:
            measured = [sys.executable, __file__, str(count), COMPILED]
            try:
                subprocess.run(measured, check=True, timeout=LIMIT)
            except subprocess.TimeoutExpired:
                print(f"{name:24}not compiled and answered within {LIMIT} s", flush=True)
            continue
        if only not in ("", name) and name != PLAIN:
            continue
        model = load()
        answer(model, asked[:BATCH])  # the first call warms up, and compiles
        started = time.perf_counter()
        texts = answer(model, asked)
        seconds[name] = time.perf_counter() - started
        right = sum(score(text, q).correct for text, q in zip(texts, questions, strict=True))
        ratio = seconds[name] / seconds[PLAIN]
        share = wilson_interval(right, count)
        took = f"{seconds[name]:6.1f} s, {ratio:.2f} x generate"
        print(f"{name:24}{took}, right {share} ({run.device})", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
