import shutil

import pytest

from course_lib import files, runtime
from course_lib.commands import revalidate as command
from course_lib.errors import CourseError, ModelError
from course_lib.evaluation.statistics import Interval
from course_lib.experiments import revalidation
from course_lib.experiments.revalidation import STYLE, VALUE, Revalidation, certify, check, exam, revalidate
from course_lib.tuning.card import CARD, read_card
from course_lib.tuning.examples import style_examples
from course_lib.tuning.train import train_adapter

WREN = runtime.LANGUAGE_MODELS["tiny"]
EXAMPLES = style_examples(24, most=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapters") / "style"
    train_adapter(EXAMPLES, WREN, output=folder, learning_rate=1e-2, steps=6, batch_size=8)
    return folder


FEW = 12


@pytest.fixture
def adapter(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "style")


def other_base(folder):
    """A base of wren's shape whose weights are another model's."""
    from safetensors.torch import load_file, save_file

    shutil.copytree(WREN, folder)
    weights = load_file(folder / "model.safetensors")
    changed = {name: value.flip(0) if "mlp" in name else value for name, value in weights.items()}
    save_file(changed, folder / "model.safetensors", {"format": "pt"})
    return folder


def test_an_exam_is_the_same_each_time_and_names_what_it_asks():
    assert exam("style", FEW).sha256 == exam("style", FEW).sha256 != exam("facts", FEW).sha256
    assert exam("style", FEW).measures == (STYLE, VALUE) and exam("facts", FEW).measures == (VALUE,)
    assert len({question.fact for question in exam("facts", FEW).questions}) == 12
    with pytest.raises(CourseError, match="exam"):
        exam("cooking")
    with pytest.raises(CourseError, match="questions"):
        exam("facts", 1000)


def test_a_drop_is_one_whose_whole_interval_lies_below_0():
    half = Interval(0.5, 0.4, 0.6)
    found = Revalidation((), {"style": (half, half, Interval(-0.2, -0.3, -0.1)), "value": (half, half, half)})
    assert found.dropped == ["style"] and "changed since: nothing" in found.told()
    with pytest.raises(CourseError, match="worse than its card says: style"):
        check(found)
    check(Revalidation(("base",), {"style": (half, half, Interval(-0.1, -0.3, 0.0))}))


@pytest.mark.slow
def test_nothing_changed_nothing_dropped(adapter):
    card = certify(adapter, EXAMPLES, questions=FEW)
    assert read_card(adapter) == card and set(card.scores) == {STYLE, VALUE}
    found = revalidate(adapter, examples=EXAMPLES)
    assert found.changed == ()
    assert all(str(each[2]) == "0.00 [0.00, 0.00]" for each in found.measures.values())
    check(found)


@pytest.mark.slow
def test_another_base_and_other_data_are_named_and_a_drop_fails(adapter, tmp_path, capsys):
    from course_lib.__main__ import main

    certify(adapter, EXAMPLES, questions=FEW)
    card = files.read_json(adapter / CARD)
    card["scores"] = {STYLE: dict.fromkeys(card["scores"][STYLE], True)}  # as good as can be
    files.write_json(adapter / CARD, card)
    base = other_base(tmp_path / "base")
    rows = [{"messages": example} for example in EXAMPLES[:5]]
    data = files.write_jsonl(tmp_path / "data.jsonl", rows)
    status = main(["revalidate", str(adapter), "--model", str(base), "--examples", str(data)])
    told = capsys.readouterr()
    assert status == 1
    assert "changed since: training data, base" in told.out and "house style: 1.00" in told.out
    assert "worse than its card says: house style" in told.err
    with pytest.raises(ModelError, match="another base"):
        certify_on(base, adapter)


def certify_on(base, adapter):
    """As certify, with a base in the place of the adapter's own."""
    revalidation.served(adapter, str(base), "nf4")


@pytest.mark.slow
def test_an_exam_of_which_no_question_is_left_is_told(adapter):
    certify(adapter, EXAMPLES, questions=FEW)
    card = files.read_json(adapter / CARD)
    card["scores"] = {STYLE: {"gone": True}}
    files.write_json(adapter / CARD, card | {"exam_sha256": "0"})
    with pytest.raises(CourseError, match="No question of the card's exam"):
        revalidate(adapter)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--write"], "--write goes with --examples"),
        (["--write", "--examples", "x", "--model", "y"], "without --model"),
        (["--exam", "facts"], "--exam goes with --write"),
    ],
)
def test_options_that_make_no_sense_together_are_told(arguments, problem):
    import argparse

    parser = argparse.ArgumentParser()
    command.add(parser)
    with pytest.raises(CourseError, match=problem):
        command.run(parser.parse_args(["adapter", *arguments]))


def test_data_without_messages_is_told(tmp_path):
    import argparse

    parser = argparse.ArgumentParser()
    command.add(parser)
    path = files.write_jsonl(tmp_path / "data.jsonl", [{"prompt": "?"}])
    with pytest.raises(CourseError, match="no messages"):
        command.run(parser.parse_args(["adapter", "--examples", str(path)]))
