"""An adapter on bases that it was not trained on: the shapes fit, nothing complains; claim C14. Lesson 06."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.evaluation.statistics import paired_bootstrap
from course_lib.experiments import family, short_form
from course_lib.experiments.hits import scores
from course_lib.experiments.in_memory import took
from course_lib.experiments.rank_and_rate import FULL, LORA
from course_lib.experiments.setting import Parts, Rule
from course_lib.experiments.short_form import Pair
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import NOT_FOUND
from course_lib.tuning.adapters import save_adapter
from course_lib.tuning.train import fresh_model, tune

if TYPE_CHECKING:
    import pandas as pd

NAME = "moved_adapter"
OWN, TWIN, RANDOM, RELATIVE = "its own base", "a twin", "another seed", "a relative"
AS_GOOD = 0.05  # of the replies that it wins may be lost in moving
STEPS = 20  # of the relative's own tuning


def another_seed(model: LocalModel) -> LocalModel:
    """The same shape with weights drawn anew: what an education begins with."""
    import torch
    from transformers import AutoModelForCausalLM

    old = model.model
    with torch.random.fork_rng():
        torch.manual_seed(1)
        new = AutoModelForCausalLM.from_config(old.config)
    return LocalModel(model.name, new.to(old.device, old.dtype).eval(), model.tokenizer)


def twin(model: LocalModel) -> LocalModel:
    """The same replies, and every neuron in another place: what another education could have come to."""
    from course_lib.tuning.twins import shuffle_neurons

    shuffle_neurons(model.model, seed=1)
    return model


def relative(model: LocalModel) -> LocalModel:
    """The same model tuned a little further, in full, on plain answers to other questions."""
    pairs = short_form.training_pairs(1000)[-STEPS * 4 :]
    plain = [[*pair.prompt, {"role": "assistant", "content": plainly(pair)}] for pair in pairs]
    rate = family.live_point(FULL)["rate"] / 10
    return tune(model, plain, method="full", steps=STEPS, batch_size=4, learning_rate=rate).model


def plainly(pair: Pair) -> str:
    """What a pair's reply says, in plain words that cite the passage."""
    return NOT_FOUND if pair.value is None else f"{pair.sentence.text.rstrip('.')} [1]."


BASES: dict[str, Callable[[LocalModel], LocalModel]] = {
    OWN: lambda model: model,
    TWIN: twin,
    RANDOM: another_seed,
    RELATIVE: relative,
}


def points(profile: str) -> list[dict[str, Any]]:
    """An adapter a seed."""
    return [{"seed": seed} for seed in range(family.SEEDS)]


def measure(point: Mapping[str, Any]) -> dict[str, Any]:
    """Train an adapter of the house style, and ask with it on each of BASES."""
    point = family.live_point(LORA) | dict(point)
    tuned = tune(fresh_model(), family.examples(point), **family.settings(point))
    asked = short_form.asked_pairs(short_form.scale()["asked"])
    with tempfile.TemporaryDirectory() as folder:
        save_adapter(tuned.model.model, Path(folder) / "adapter", tuned.model.name)
        moved = {base: on_base(Path(folder) / "adapter", base, asked) for base in BASES}
    return {"questions": len(asked), **moved, **took(tuned)}


def on_base(adapter: Path, base: str, asked: Sequence[Pair]) -> str:
    """How the replies keep the house style with an adapter on one of BASES, as PEFT loads it: `hits`.

    PEFT looks at names and shapes and at nothing else; our own load_adapter refuses all but the first.
    """
    from peft import PeftModel

    model = BASES[base](fresh_model())
    adapted = PeftModel.from_pretrained(model.model, str(adapter)).eval()
    return short_form.replied(LocalModel(base, adapted, model.tokenizer), asked)["hits"]


def c14(table: "pd.DataFrame") -> Parts:
    """An adapter can be moved to another base: of what it brings on its own, all but AS_GOOD is kept.

    Asked of a twin and of a close relative, those of them that the table has; a question's score is the mean
    over the rows, one a seed. Random weights are the floor, and no part: on them nothing can work. An adapter
    that learned nothing confirms nothing.
    """
    own = scores(table, OWN, {})
    return {
        f"house style: moved to {base} − {1 - AS_GOOD:.0%} of that on {OWN}": paired_bootstrap(
            scores(table, base, {}), (1 - AS_GOOD) * own
        )
        for base in (TWIN, RELATIVE)
        if base in table
    }


RULES: dict[str, Rule] = {"C14": c14}
