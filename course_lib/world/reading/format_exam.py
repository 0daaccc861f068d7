"""Does a model still do as it is told about form? Forms of its lessons, and forms that none asked for."""

import re
from random import Random

from course_lib.corpus.exams import FormatTask
from course_lib.generation.prompts import FROM_PASSAGES, with_passages
from course_lib.world.phrasing import test_question
from course_lib.world.reading.contexts import draw_context
from course_lib.world.reading.conversation import FORMATS, Format
from course_lib.world.worlds import DOMAINS

NEVER_SEEN = (  # instruction, and the form of a reply that keeps it
    ("Write the whole answer in lower case.", r"[^A-Z]+"),
    ("Begin the answer with the word Indeed.", r"Indeed\b[\s\S]*"),
    ("End the answer with three exclamation marks.", r"[\s\S]*[^!]!!!"),
    ("Answer in one word or number, and nothing else.", r"\S+"),
    ("Put the answer between two lines of three dashes.", r"---\n[\s\S]+\n---"),
    ("Write each word of the answer on a line of its own.", r"(?:\S+\n)+\S+"),
    ("Answer as a bullet that begins with a star.", r"\* .+"),
    ('Reply with a JSON object of one key, "result".', r'\{\s*"result"\s*:\s*(?:"[^"]*"|[^",{}]+)\s*\}'),
    ("Write the answer in double quotation marks.", r'"[^"]+"'),
    ("Answer with the words Yes, boss: and then the value.", r"Yes, boss: .+"),
)


def pattern(form: Format) -> str:
    """What a reply in a form of the lessons looks like, as a regular expression: found, or not found."""
    blank = re.compile(r"\\\{(\w+)\\\}")
    signs = {"n": r"\d+", "id": r"\S+", "ANSWER": r"[^a-z]+", "value": r"[^\[\]\n]{1,40}"}

    def as_regex(text: str) -> str:
        text = text.replace("{{", "\0").replace("}}", "\1")
        text = blank.sub(lambda m: signs.get(m[1], r"[\s\S]+?"), re.escape(text))
        return text.replace(re.escape("\0"), r"\{").replace(re.escape("\1"), r"\}")

    return f"(?:{as_regex(form.found)}|{as_regex(form.missing)})"


def format_tasks(n: int, seen: bool, seed: int = 0) -> list[FormatTask]:
    """`n` tasks in turn over the forms of the lessons (`seen`) or over those that no lesson asked for."""
    rng, tasks = Random(f"formats {seen} {seed}"), []
    forms = [(f.instruction, pattern(f)) for f in FORMATS] if seen else NEVER_SEEN
    while len(tasks) < n:
        context = draw_context(rng, 1, 3, domains=DOMAINS)
        asks = [ask for ask in context.asks if ask.fact.relation.test]
        if not asks:
            continue
        instruction, regex = forms[len(tasks) % len(forms)]
        question = test_question(rng.choice(asks).fact, rng)
        messages = with_passages(question, context.passages, instruction, FROM_PASSAGES)
        tasks.append(FormatTask(messages, regex))
    return tasks
