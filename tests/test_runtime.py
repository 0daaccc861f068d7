import logging
import os
import random
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch

from course_lib import files, gpu_memory, runtime
from course_lib.errors import CourseError, ProfileError

HAS_CUDA = torch.cuda.is_available()


@pytest.fixture(autouse=True)
def no_choices(monkeypatch):
    for name in ("COURSE_PROFILE", "COURSE_LANGUAGE_MODEL", "COURSE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(runtime, "_current", None)


def test_start_says_what_the_lesson_runs_on_in_one_line(capsys):
    started = runtime.start("tiny", seed=3)
    printed = capsys.readouterr().out
    assert printed == "profile tiny · device cpu · float32 · seed 3 · model wren\n"
    assert runtime.current() is started
    assert repr(started) + "\n" == printed, "a cell that ends with it shows no path of this machine"
    assert started.language_model == str(runtime.DATA / "models" / "wren")
    assert getattr(torch, started.dtype) is torch.float32


def test_without_a_choice_the_machine_decides():
    here = "laptop" if runtime.has_adapter() and runtime.has_reader() else "tiny"
    assert runtime.resolve().profile == ("gpu" if HAS_CUDA else here)
    assert runtime.current() == runtime.resolve()


def cached(name, made_of):
    """A model's folder in the cache, as it is made there."""
    folder = runtime.model_cache() / name
    folder.mkdir(parents=True)
    (folder / "weights").write_text("whole", encoding="utf-8")
    sums = {"weights": files.sha256(folder / "weights")}
    files.write_json(folder / runtime.WHOLE, {"made_of": made_of, "files": sums})
    return folder


@pytest.mark.skipif(HAS_CUDA, reason="there a GPU decides")
def test_a_lesson_goes_on_with_the_small_model_where_the_cache_is_damaged(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    runtime.start()
    assert "is not here yet, so this runs with the small model wren" in capsys.readouterr().out
    made_of = files.sha256(runtime.ADAPTER / "adapter_model.safetensors")
    reader = cached(runtime.READER, made_of)
    assert runtime.resolve().profile == "laptop"
    (reader / "weights").write_text("damaged!", encoding="utf-8")
    assert runtime.resolve().profile == "tiny", "there is nothing to make it anew from"
    plain = cached(runtime.PRETRAINED, "a package")
    assert runtime.resolve().profile == "laptop"
    with monkeypatch.context() as stick:
        stick.setattr(runtime.os, "access", lambda path, mode: False)  # it is read-only
        assert runtime.resolve().profile == "tiny"
    with monkeypatch.context() as full:
        usage = runtime.shutil.disk_usage(tmp_path)._replace(free=runtime.DISK_NEEDED - 1)
        full.setattr(runtime.shutil, "disk_usage", lambda path: usage)
        assert runtime.resolve().profile == "tiny"
    (plain / "weights").unlink()
    assert runtime.start().profile == "tiny"
    said = capsys.readouterr().out
    assert "in the cache is not whole, so this runs with the small model wren" in said
    assert runtime.FETCH in said


@pytest.mark.skipif(HAS_CUDA, reason="there a GPU decides")
def test_the_model_as_it_comes_is_the_one_that_the_profile_runs_without_its_adapter(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.delenv("COURSE_LANGUAGE_MODEL", raising=False)
    runtime.start("tiny")
    assert runtime.as_it_comes() == runtime.current().language_model
    cached(runtime.READER, files.sha256(runtime.ADAPTER / "adapter_model.safetensors"))
    monkeypatch.setenv("COURSE_PROFILE", "")
    runtime.start()
    assert runtime.current().language_model == runtime.READER == runtime.as_it_comes(), "all that is here"
    cached(runtime.PRETRAINED, "a package")
    assert runtime.as_it_comes() == runtime.PRETRAINED


def test_a_heavy_model_is_asked_fewer_questions():
    for lesson, asked in runtime.LIVE_QUESTIONS.items():
        assert set(asked) == set(runtime.LANGUAGE_MODELS) and asked["laptop"] <= asked["tiny"]
        runtime.start("tiny")
        assert runtime.live_questions(lesson) == asked["tiny"]
    with pytest.raises(ProfileError, match="'03'"):
        runtime.live_questions("03")


def test_the_same_seed_gives_the_same_numbers():
    def draw():
        return random.random(), np.random.random(), torch.rand(3).tolist()

    runtime.start("tiny", seed=7)
    first = draw()
    assert draw() != first
    runtime.start("tiny", seed=7)
    assert draw() == first


@pytest.mark.parametrize("where", ["argument", "environment"])
def test_an_unknown_profile_is_refused_with_those_that_there_are(where, monkeypatch):
    if where == "environment":
        monkeypatch.setenv("COURSE_PROFILE", "toaster")
    with pytest.raises(ProfileError, match="'toaster'") as caught:
        runtime.start("toaster" if where == "argument" else None)
    assert "Allowed: tiny, laptop, gpu" in str(caught.value)
    assert "COURSE_PROFILE" in caught.value.next_step


@pytest.mark.skipif(HAS_CUDA, reason="this machine has a GPU")
def test_without_a_gpu_the_gpu_profile_is_refused(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    with pytest.raises(ProfileError, match="CUDA") as caught:
        runtime.start()
    assert "laptop" in caught.value.allowed and "tiny" in caught.value.allowed
    with pytest.raises(ProfileError, match="CUDA"):
        gpu_memory.require(1)


@pytest.mark.skipif(not HAS_CUDA, reason="needs a GPU")
def test_on_a_gpu_the_profile_takes_the_format_that_the_card_computes_in():
    chosen = runtime.start("gpu")
    native = torch.cuda.get_device_capability() >= (8, 0)
    assert (chosen.device, chosen.dtype) == ("cuda", "bfloat16" if native else "float16")
    gpu_memory.require(1)
    with pytest.raises(ProfileError, match="GPU memory"):
        gpu_memory.require(1 << 60)


def test_a_gpu_that_is_too_small_is_told_which_models_fit():
    gpu_memory.require(2 << 30, bytes_free=2 << 30)
    with pytest.raises(
        ProfileError, match="needs about 16.0 GB of GPU memory, and 2.2 GB are free"
    ) as caught:
        gpu_memory.require(16_000_000_000, bytes_free=2_200_000_000)
    names = caught.value.allowed.split(", ")
    assert names[0] == "Qwen/Qwen2.5-0.5B-Instruct"
    assert "Qwen/Qwen2.5-1.5B-Instruct" not in names
    assert "COURSE_LANGUAGE_MODEL" in caught.value.next_step


def test_a_gpu_that_holds_none_of_them_is_sent_to_the_laptop_profile():
    with pytest.raises(ProfileError) as caught:
        gpu_memory.require(16_000_000_000, bytes_free=500_000_000)
    assert "laptop" in caught.value.allowed and "COURSE_PROFILE=laptop" in caught.value.next_step


def test_the_language_model_can_be_a_folder_a_hub_name_or_a_server(monkeypatch, tmp_path):
    for name in ("Qwen/Qwen2.5-0.5B-Instruct", "http://127.0.0.1:8000/v1"):
        monkeypatch.setenv("COURSE_LANGUAGE_MODEL", name)
        assert runtime.resolve("tiny").language_model == name
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", "mine")
    assert runtime.resolve("tiny").language_model == str((tmp_path / "mine").resolve())
    monkeypatch.setenv(
        "COURSE_LANGUAGE_MODEL", "course_lib"
    )  # from the project's root, wherever the kernel runs
    assert runtime.resolve("tiny").language_model == str(runtime.ROOT / "course_lib")


def test_the_cache_is_where_the_learner_wants_it(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "deep" / "cache"))
    assert runtime.cache_dir() == tmp_path / "deep" / "cache"
    assert runtime.cache_dir().is_dir()
    monkeypatch.delenv("COURSE_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert runtime.cache_dir() == tmp_path / ".cache" / "course_lib"


def test_the_notices_are_silent_and_other_warnings_are_not(caplog):
    runtime.quiet_libraries()
    logger = logging.getLogger("bitsandbytes.backends.cpu.ops")
    with caplog.at_level(logging.WARNING):
        logger.warning("Failed to load CPU gemm_4bit_forward from kernels-community: %s.", "no module")
        logger.warning("the weights are damaged")
    assert caplog.messages == ["the weights are damaged"]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        runtime.quiet_libraries()
        warnings.warn("`is_gradient_checkpointing` is deprecated and will go", FutureWarning, stacklevel=1)
        warnings.warn("your batch is empty", FutureWarning, stacklevel=1)
    assert [str(warning.message) for warning in caught] == ["your batch is empty"]


def test_a_lesson_that_loads_a_four_bit_model_with_an_adapter_prints_nothing_else(tmp_path):
    code = f"""
from course_lib import runtime
runtime.start("tiny")
import torch
from peft import LoraConfig, get_peft_model
from transformers import BitsAndBytesConfig, LlamaConfig, LlamaForCausalLM
shape = dict(vocab_size=64, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2)
LlamaForCausalLM(LlamaConfig(**shape)).save_pretrained({str(tmp_path)!r})
four_bits = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
model = LlamaForCausalLM.from_pretrained({str(tmp_path)!r}, quantization_config=four_bits)
model = get_peft_model(model, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))
model(input_ids=torch.ones(1, 4, dtype=torch.long), labels=torch.ones(1, 4, dtype=torch.long)).loss.backward()
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(runtime.ROOT), os.environ["PYTHONPATH"]])}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "profile tiny · device cpu · float32 · seed 0 · model wren\n"
    assert run.stderr == ""


def test_a_full_card_is_a_profile_error_that_says_what_to_make_smaller():
    import torch

    with pytest.raises(ProfileError, match=r"memory ran out[\s\S]*batch_size"), gpu_memory.guard():
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")


def test_an_error_says_the_problem_what_is_allowed_and_what_to_do():
    assert (
        str(CourseError("It broke.", "this, that", "do this"))
        == "It broke.\nAllowed: this, that\nNext: do this"
    )
    assert str(CourseError("It broke.")) == "It broke."
