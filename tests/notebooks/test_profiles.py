"""The text of a lesson holds in every profile: what a language model did stands in outputs, never in prose.

A sentence of a Markdown cell, of a caption, of a prediction or of a quiz's answer is refused if it names the
model of one profile, gives a figure for replies, or says in words how many of them were right. What a lesson
wants to say of a result it builds from the numbers. A question claims nothing, so it passes. How many
questions are asked depends on the profile too, so no cell writes that number.
"""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from course_lib.exercises.catalogue import find_prediction, find_quiz
from course_lib.runtime import LIVE_QUESTIONS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = {
    path.stem: nbformat.read(path, as_version=4)
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
}

MODEL = re.compile(r"\b(wren|SmolLM|Qwen)", re.IGNORECASE)
FIGURE = re.compile(r"\d ?%(?! (\w+ )?interval)|\d percent|\b\d+ of (the )?\d+|(?<![\w.,])0?\.\d\d?\b")
REPLIES = re.compile(
    r"\b(right|wrong|stale|repl(y|ies)|answer(s|ed)?|abstain(s|ed)?|abstentions?|silent|obeys?|cites?|reads?|"
    r"made up|house style|compliance|attack)\b",
    re.IGNORECASE,
)
SHARE = "half|third|quarter|no|none|few|fewer|most|mostly|many|more|less|nearly|almost|hardly|seldom|never"
DONE = (
    r"(?:right (?:values?|answers?|replies)|right|wrong|stale|abstains?|obeys?|listens?|reads?|made[- ]up|"
    r"in the house style)"
)
IN_WORDS = re.compile(
    rf"\b(?:{SHARE})(?: of \w+)?(?: \w+)? {DONE}\b|"
    rf"\b{DONE}(?: \w+)? (?:well|badly|best|worst|few|fewer|more|less|never|hardly|seldom|none)\b",
    re.IGNORECASE,
)
NO_PROSE = re.compile(r"<details>.*?</details>|`[^`]*`|!?\[[^\]]*\]\([^)]*\)", re.DOTALL)
ENDS = re.compile(r"(?<=[.!?:;])[*\s]+|\n\s*\n|\n[>\s]*- ")

# The beginning of a sentence that the rule takes for a result -> why it is none.
ALLOWED = {
    "00_start_here": {
        "Read a few before you count": "what to do",
        "runs wren": "which model a profile runs",
        "runs SmolLM2-135M": "which model a profile runs",
        "Ask 8 questions, get none right": "a case made up for arithmetic",
        "None right of 8 does not prove 0": "the same case",
        "Where no reply differs at all": "the same case",
    },
    "02_chunking": {
        "Whoever reads more finds more": "logic: it holds for every reader",
        "Whoever may read more finds more": "the same",
        "An embedder that reads more tokens": "the embedder, not the language model",
    },
    "03_faiss_index": {"An inverted file reads 1 of 32 lists": "the index, in a case to be measured"},
    "04_hybrid_search": {
        "MiniLM never read a page": "the embedder, not the language model",
        "the right document among the first five": "a goal of the search",
        "The model reads fewer passages": "what is put into the prompt",
        "A router pays only if": "arithmetic of a router",
    },
    "05_rag_answers": {
        "report .95 agreement": "published, with its source",
        "Of the questions that it serves": "an exercise's limit",
        "To the left the cache serves more": "the cache: it follows from its threshold",
        "The checks keep the lie back": "the rule of the check: what is withheld cannot be right",
    },
    "06_lora_by_hand": {"wren, the course's own small model": "which model was trained in all ways"},
    "08_what_training_breaks": {
        "(Where your model's sweep lacks this part": "whose sweep is shown",
        "A training on the scrubbed set was asked": "whose sweep is shown",
    },
    "07_qlora_finetune": {"Here, in every profile, it is *wren* that learns": "which model is trained"},
    "09_rag_vs_tuning_vs_hybrid": {
        "Read a few replies": "what to do",
        "further right, more right values": "how to read the axes",
        "further up, more replies": "how to read the axes",
        "(Where your model has no stored run": "whose run is shown",
        "Where your model has no such run": "whose run is shown",
    },
    "10_evaluate_like_you_ship": {"more items only make the wrong rate": "statistics: bias stays"},
    "11_decide": {
        "0.8 of the cost for a third": "a quiz's own arithmetic",
        "wren is the course's own small model": "whose rows they are",
    },
}


def sentences(text):
    lines = [line for line in NO_PROSE.sub(" ", text).splitlines() if not line.startswith("#")]
    return [" ".join(each.split()).lstrip("*> ") for each in ENDS.split("\n".join(lines)) if each.strip()]


def states_a_result(sentence):
    if sentence.rstrip("*").endswith("?"):
        return False
    figure = FIGURE.search(sentence) and REPLIES.search(sentence)
    return bool(MODEL.search(sentence) or figure or IN_WORDS.search(sentence))


def captions(source):
    """The texts that a cell gives `plots.show` or a like function, written there or in a name above it."""
    if "google.colab" in source:  # it has lines for the shell
        return []
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"show", "explore_chunks"}:
            given = [named.get(getattr(argument, "id", None), argument) for argument in call.args]
            texts = [
                each for argument in given if isinstance(argument, ast.Constant | ast.JoinedStr)
                for each in ast.walk(argument) if isinstance(each, ast.Constant)
            ]  # fmt: skip
            found += [each.value for each in texts if isinstance(each.value, str)]
    return found


def told(name):
    for cell in NOTEBOOKS[name].cells:
        yield from [cell.source] if cell.cell_type == "markdown" else captions(cell.source)
        for id in re.findall(r'ex\.predict\("([\w.]+)"', cell.source):
            yield from (find_prediction(id).question, find_prediction(id).explanation)
    yield from (each.why for each in find_quiz(name[:2]))


def results_in(name):
    return [each for text in told(name) for each in sentences(text) if states_a_result(each)]


def numbers_asked(name):
    """Where a cell writes how many questions one profile asks live, as "240 test questions"."""
    asked = "|".join(str(n) for n in {*LIVE_QUESTIONS.get(name[:2], {}).values()})
    written = re.compile(rf"\b(?:{asked or '(?!)'})(?: [\w-]+){{0,2}} (?:questions|facts)\b")
    return [found[0] for cell in NOTEBOOKS[name].cells for found in written.finditer(cell.source)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_sentence_tells_what_one_model_did(name):
    allowed = ALLOWED.get(name, {})
    refused = [each for each in results_in(name) if not each.startswith(tuple(allowed))]
    assert refused + numbers_asked(name) == []


@pytest.mark.parametrize("name", ALLOWED)
def test_nothing_is_allowed_that_no_lesson_says(name):
    found = results_in(name)
    assert [start for start in ALLOWED[name] if not any(each.startswith(start) for each in found)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "wren answers the questions about tables from chunks that treat tables in four ways.",
        "Rows that lost their header are found as often as any and read badly.",
        "In the second half, keeping a table whole brought no right answers that we can show.",
        "With the filter there are more right values and no stale ones.",
        "The right values are few still.",
        "Our model is small and reads badly, so be bold.",
        "The tuned model names documents too, and more than half of them are wrong.",
        "Asked anew, the model mostly abstains.",
        "With four passages 17 of 60 replies are right.",
        "The share of right answers rises to .54 with the gold passage.",
        "Two examples bring 48 % of the replies into the house style.",
        "SmolLM2 does better.",
    ],
)
def test_a_sentence_that_one_model_alone_makes_true_is_refused(sentence):
    assert [each for each in sentences(sentence) if states_a_result(each)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Which arm gives the most right values?",
        "The band is a 95 % interval of the share of right answers.",
        "A right answer needs two things: a passage that states the value must be found, and read rightly.",
        "Windows of 60 words are found more often than windows of 360.",
        "<details><summary>I get 4.5</summary>\n\nThen 4 of 8 answers are right.\n\n</details>",
    ],
)
def test_a_sentence_that_holds_for_every_model_passes(sentence):
    assert not [each for each in sentences(sentence) if states_a_result(each)]
