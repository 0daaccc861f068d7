"""Teaching to read, on wren in SmolLM2's place: it stops and goes on anywhere, and nothing broken is kept."""

import os
import re
import signal
import subprocess
import sys

import pytest
import torch

from course_lib import runtime
from course_lib.errors import CourseError
from course_lib.files import read_json
from course_lib.generation.language_model import load_adapter
from course_lib.generation.loading import load_weights
from course_lib.world.reading import short_runs, teach
from course_lib.world.reading.recipe import Recipe
from course_lib.world.reading.teach import Teaching

pytestmark = pytest.mark.slow
WREN = runtime.LANGUAGE_MODELS["tiny"]
RECIPE = Recipe(tokens=4_000, rank=2, longest=800, rehearsal=1, warmup=2)
CHILD = f"""
import sys
from pathlib import Path
from course_lib.world.reading.recipe import Recipe
from course_lib.world.reading.teach import Teaching
teaching = Teaching({RECIPE!r}, Path(sys.argv[1]), {WREN!r})
done = teaching.run(log_every=600, loss_every=10**9, exam_every=10**9)
print("finished" if done else "stopped", flush=True)
"""


def quiet(teaching, **options):
    return teaching.run(log_every=10**9, loss_every=10**9, exam_every=10**9, **options)


def weights(teaching):
    return {name: weight.detach().clone() for name, weight in teaching.weights.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run without a break, without its exam at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Teaching, "exam", lambda self, n=24: {})
        teaching = Teaching(RECIPE, tmp_path_factory.mktemp("whole"), WREN)
        assert quiet(teaching)
        return teaching


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_run_in_pieces_ends_with_the_adapter_of_a_run_in_one(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(Teaching, "exam", lambda self, n=24: {})
    assert not quiet(Teaching(RECIPE, tmp_path, WREN), until=1_500)
    second = Teaching(RECIPE, tmp_path, WREN)
    assert 1_500 <= second.tokens < RECIPE.tokens
    assert quiet(second)
    assert second.tokens == whole.tokens and same(weights(second), weights(whole))


def test_sigterm_ends_the_step_in_hand_and_keeps_it(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(Teaching, "exam", lambda self, n=24: {})
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(runtime.ROOT), os.environ["PYTHONPATH"]])}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    first = process.stdout.readline()  # of its log: a step or two are done
    assert re.search(r'"loss": \d.*} · \d+ tokens/s, \d+ minutes left$', first.strip()), first
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=120)[0].strip().endswith("stopped")
    resumed = Teaching(RECIPE, tmp_path, WREN)
    assert 0 < resumed.tokens < RECIPE.tokens
    assert quiet(resumed) and same(weights(resumed), weights(whole))


def test_a_loss_that_is_no_number_stops_and_the_last_checkpoint_stays(tmp_path, monkeypatch):
    teaching = Teaching(RECIPE, tmp_path, WREN)
    quiet(teaching, until=500)
    monkeypatch.setattr(
        teach,
        "row_loss",
        lambda model, row: sum(p.sum() for p in teaching.weights.values()) * float("nan"),
    )
    with pytest.raises(CourseError, match="diverged") as caught:
        quiet(teaching)
    assert "learning rate" in caught.value.next_step
    assert Teaching(RECIPE, tmp_path, WREN).tokens >= 500
    assert all(weight.isfinite().all() for weight in Teaching(RECIPE, tmp_path, WREN).weights.values())


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path):
    quiet(Teaching(RECIPE, tmp_path, WREN), until=1)
    with pytest.raises(CourseError, match="another run"):
        Teaching(Recipe(tokens=5_000, rank=2), tmp_path, WREN)


def test_the_adapter_that_is_written_computes_what_was_trained(whole, tmp_path):
    whole.export(tmp_path / "adapter")
    files = sorted(path.name for path in (tmp_path / "adapter").iterdir())
    assert files == ["adapter_config.json", "adapter_model.safetensors", "training_run.json"]
    ids = torch.arange(5, 40)[None]
    with torch.inference_mode():
        expected = whole.model.eval()(ids).logits
        plain = load_weights(WREN, None, "cpu", "float32")
        before = plain(ids).logits
        found = load_adapter(plain, tmp_path / "adapter")(ids).logits
    torch.testing.assert_close(found, expected, rtol=0.05, atol=0.05)
    assert (found - expected).abs().max() < 0.2 * (expected - before).abs().max()


def test_going_on_from_an_adapter_starts_where_it_ended(whole, tmp_path):
    whole.export(tmp_path / "adapter")
    again = Teaching(
        Recipe(tokens=2_000, start=str(tmp_path / "adapter"), rehearsal=1), tmp_path / "work", WREN
    )
    for name, weight in again.weights.items():
        torch.testing.assert_close(weight, whole.weights[name].bfloat16().float())
    assert again.held_out_loss(1) == pytest.approx(whole.held_out_loss(1), abs=0.05)


def test_the_record_of_a_run_that_went_on_holds_those_before_it(whole, tmp_path):
    whole.export(tmp_path / "first")
    start = str(tmp_path / "first")
    for name in ("second", "third"):
        recipe = Recipe(tokens=2_000, start=start, rehearsal=1)
        Teaching(recipe, tmp_path / f"work-{name}", WREN).export(tmp_path / name)
        start = str(tmp_path / name)
    record = read_json(tmp_path / "third" / "training_run.json")
    assert record["recipe"]["start"] == "second", "no path of the machine that trained it"
    assert [run["tokens"] for run in record["before"]] == [whole.tokens, 0]
    assert [run["recipe"]["start"] for run in record["before"]] == ["", "first"]


def test_a_short_run_depends_on_its_setting_alone():
    point = short_runs.points("laptop")[0] | {"rank": 2}
    first, again = (short_runs.measure(point, tokens=500, base=WREN) for _ in range(2))
    assert first | {"seconds": 0} == again | {"seconds": 0}
    assert first["tokens"] >= 500 and first["replies"] > first["steps"] >= 1
    faster = short_runs.measure(point | {"learning_rate": 0.05}, tokens=500, base=WREN)
    assert faster["held_out"] != first["held_out"]


def test_the_short_runs_try_each_setting_and_the_recipe_itself_twice():
    points = short_runs.points("tiny")
    recipe = Recipe()
    assert len({tuple(point.items()) for point in points}) == len(points) == 12
    own = [p for p in points if (p["learning_rate"], p["step_tokens"], p["rank"]) == (
        recipe.learning_rate, recipe.step_tokens, recipe.rank)]  # fmt: skip
    assert sorted(point["seed"] for point in own) == [0, 1]
