"""A bar for whatever takes longer than a few seconds: what it does, how far it is, how long it will take.

In JupyterLab it is tqdm's notebook bar, elsewhere its line on stderr. COURSE_PROGRESS=off hides all of them:
the outputs that a lesson is committed with hold nothing that differs from run to run.
"""

import os
from collections.abc import Iterable
from typing import Any

DELAY = 3.0  # seconds; what ends sooner shows no bar


def progress_bar(what: str, items: Iterable | None = None, total: int | None = None) -> Any:
    """A tqdm bar to iterate over, or, without `items`, to `update()` and close; `total` is their number.

    It shows after DELAY seconds and goes when it is done; a single step has none, since it could say nothing.
    """
    from tqdm.auto import tqdm

    total = len(items) if total is None and hasattr(items, "__len__") else total
    hidden = os.environ.get("COURSE_PROGRESS") == "off" or (total is not None and total < 2)
    return tqdm(items, desc=what, total=total, delay=DELAY, leave=False, disable=hidden)


def trainer_bar(what: str) -> Any:
    """The same bar as a callback of transformers' trainers, a step a step; theirs shows at once and stays."""
    from transformers import TrainerCallback

    class Bar(TrainerCallback):
        def on_train_begin(self, args, state, control, **more):
            self.bar = progress_bar(what, total=state.max_steps)

        def on_step_end(self, args, state, control, **more):
            self.bar.update()

        def on_train_end(self, args, state, control, **more):
            self.bar.close()

    return Bar()
