from dataclasses import replace

import pytest

from course_lib import files, runtime
from course_lib.errors import DataError
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import closed_book
from course_lib.generation.types import Reply
from course_lib.tuning import nf4, recipes
from course_lib.tuning.examples import closed_book_examples, style_examples

WREN = runtime.LANGUAGE_MODELS["tiny"]


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """wren, which the stored adapter belongs to."""
    monkeypatch.setenv("COURSE_PROFILE", "tiny")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def style(tmp_path_factory):
    return recipes.train_style(
        tmp_path_factory.mktemp("style") / "style", steps=2, batch_size=2, model_name=WREN
    )


def test_a_recipe_trains_and_says_what_it_did(style):
    assert style.steps == 2
    assert style.config["learning_rate"] == recipes.WREN_RATE
    assert style.config["rank"] == recipes.STYLE["rank"]


def test_a_laptop_is_taught_less(monkeypatch):
    whole = recipes.knowledge()
    laptop = replace(runtime.resolve(), profile="laptop")
    monkeypatch.setattr(runtime, "current", lambda: laptop)
    less = recipes.knowledge()
    assert whole == recipes.KNOWLEDGE and less["epochs"] < whole["epochs"] and less["rank"] == whole["rank"]


def test_what_is_served_answers_like_any_model(style):
    model = recipes.served(style.adapter)
    assert model.reply(closed_book("What is the capital of France?"), max_new_tokens=4).completion_tokens <= 4


def test_an_untuned_arm_has_the_weights_that_a_tuned_one_was_trained_beside():
    from course_lib.generation.loading import load_weights

    untuned = recipes.served().model.state_dict()
    beside = load_weights(WREN, recipes.QUANTIZATION, "cpu", "float32").dequantize().state_dict()
    plain = load_weights(WREN, None, "cpu", "float32").state_dict()
    name = "model.layers.0.mlp.up_proj.weight"
    assert (untuned[name] == beside[name]).all() and (untuned[name] != plain[name]).any()
    full = recipes.served(quantize=None).model.state_dict()
    assert (full[name] == plain[name]).all()


def test_the_form_is_taught_without_passages_in_the_same_words():
    read, asked = style_examples(5, 3), style_examples(5, 3, passages=False)
    assert [each[-1] for each in read] == [each[-1] for each in asked]
    for long, short in zip(read, asked, strict=True):
        assert "[1]" in long[1]["content"] and "[1]" not in short[1]["content"]
        assert long[1]["content"].endswith(short[1]["content"])


def test_a_stored_adapter_names_its_base_and_no_path_of_this_machine(style, tmp_path):
    folder = recipes.store(style, tmp_path / "kept")
    record = files.read_json(folder / recipes.RECORD)
    assert record["base_sha256"] == recipes.base_sha256()
    for path in folder.glob("*.json"):
        assert str(runtime.ROOT) not in path.read_text(encoding="utf-8")
    name = "adapter_model.safetensors"
    assert (folder / name).stat().st_size < 0.6 * (style.adapter / name).stat().st_size
    asked = closed_book("What is the capital of France?")
    whole, halved = (recipes.served(each).reply(asked, 8).text for each in (style.adapter, folder))
    assert whole == halved


def test_the_course_s_adapter_of_facts_fits_the_course_s_model():
    assert recipes.stored_adapter() == runtime.DATA / f"{recipes.STORED}-wren"


def test_an_adapter_for_another_base_is_not_used(style, tmp_path):
    home = recipes.store(style, tmp_path / f"{recipes.STORED}-wren")
    record = files.read_json(home / recipes.RECORD)
    files.write_json(home / recipes.RECORD, record | {"base_sha256": "0" * 64})
    paths = [path for path in home.iterdir() if path.is_file()]
    manifest = {path.relative_to(tmp_path).as_posix(): files.sha256(path) for path in paths}
    files.write_json(tmp_path / "manifest.json", {"files": manifest})
    assert recipes.stored_adapter(tmp_path) is None


def test_a_model_without_a_known_checksum_gets_no_stored_adapter(style, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", "somebody/some-model")
    assert recipes.base_sha256() is None and recipes.learning_rate() == recipes.OTHER_RATE
    home = recipes.store(style, tmp_path / f"{recipes.STORED}-wren")
    paths = [path for path in home.iterdir() if path.is_file()]
    manifest = {path.relative_to(tmp_path).as_posix(): files.sha256(path) for path in paths}
    files.write_json(tmp_path / "manifest.json", {"files": manifest})
    assert recipes.stored_adapter(tmp_path) is None


def test_recall_counts_replies_that_are_word_for_word_as_taught():
    taught = {str(m[:-1]): m[-1]["content"] for m in closed_book_examples("2025", recipes.PARAPHRASES)}

    class Parrot:
        def replies(self, prompts, max_new_tokens):
            said = [taught[str(p)] if i % 4 else "no" for i, p in enumerate(prompts)]
            return [Reply(text, 1, 1, {}) for text in said]

    assert recipes.recall(Parrot()) == 0.75


def test_an_altered_adapter_is_refused(style, tmp_path):
    home = recipes.store(style, tmp_path / f"{recipes.STORED}-wren")
    altered = {f"{recipes.STORED}-wren/{recipes.RECORD}": "0" * 64}
    files.write_json(tmp_path / "manifest.json", {"files": altered})
    assert home.is_dir()
    with pytest.raises(DataError):
        recipes.stored_adapter(tmp_path)


def test_without_an_adapter_the_base_is_served_rounded_to_the_same_levels(style):
    base, tuned = recipes.served(), recipes.served(style.adapter)
    original = load_language_model().model.state_dict()
    name = "model.embed_tokens.weight"  # no adapter touches it, and no quantisation
    assert base.model.state_dict()[name].equal(tuned.model.state_dict()[name])
    rounded = base.model.state_dict()["model.layers.0.self_attn.q_proj.weight"]
    matrix = original["model.layers.0.self_attn.q_proj.weight"].numpy()
    expected = nf4.dequantise(nf4.quantise(matrix))
    assert abs(rounded.numpy() - expected).max() < 0.02 * abs(matrix).max()  # the scales take 8 bits there
    assert not rounded.equal(original["model.layers.0.self_attn.q_proj.weight"])


def test_a_stored_adapter_of_the_form_is_told_from_one_of_the_facts(style, tmp_path):
    home = recipes.store(style, tmp_path / f"{recipes.STORED_STYLE}-wren")
    paths = [path for path in home.iterdir() if path.is_file()]
    manifest = {path.relative_to(tmp_path).as_posix(): files.sha256(path) for path in paths}
    files.write_json(tmp_path / "manifest.json", {"files": manifest})
    assert recipes.stored_adapter(tmp_path, recipes.STORED_STYLE) == home
    assert recipes.stored_adapter(tmp_path) is None


def test_a_laptop_trains_on_fewer_tokens_live_than_wren_does():
    assert set(recipes.LIVE_STYLE) == set(runtime.LANGUAGE_MODELS)
    tiny, laptop = (recipes.LIVE_STYLE[profile] for profile in ("tiny", "laptop"))
    assert all(laptop[name] <= tiny[name] for name in tiny)
    assert laptop["examples"] * laptop["epochs"] < tiny["examples"] * tiny["epochs"]
    assert recipes.live_style() == tiny


def test_a_model_of_the_cache_is_named_by_what_it_was_made_of(tmp_path, monkeypatch):
    files.write_json(tmp_path / runtime.WHOLE, {"made_of": "f" * 64, "files": {}})
    monkeypatch.setattr(recipes, "resolve_model", lambda name: str(tmp_path))
    assert recipes.base_sha256(runtime.READER) == "f" * 64
