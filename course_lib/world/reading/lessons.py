"""What SmolLM2 is taught with: conversations that share their passages, drawn without end from a seed.

Three kinds: reading (contexts of invented worlds and of the school reader, most of all), the forms of answer
that `conversation.FORMATS` asks for, and rehearsal, where the model says again what it would have said
anyway, so that it loses nothing. None of it is about the company.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from course_lib import files
from course_lib.generation.prompts import CLOSED_BOOK, Message
from course_lib.generation.types import LanguageModel
from course_lib.tuning.rehearsal import own_replies
from course_lib.world import lexicon as lx
from course_lib.world.reading.contexts import Ask, Context, Passage, draw_context
from course_lib.world.reading.conversation import reading_example
from course_lib.world.reading.general_knowledge import general_facts
from course_lib.world.reading.recipe import Recipe
from course_lib.world.reading.school_reader import draw_reader
from course_lib.world.worlds import DOMAINS, Fact

Conversation = list[Message]

READER, WORLD = 0.65, 0.93  # shares of the rows: the school reader, invented worlds (the rest is rehearsal)
UNANSWERED = Recipe().unanswered
CHANGED = 0.2  # share of the school reader's contexts with other words: SmolLM2 knows what words mean
ROWS_APART = 0.6  # share of the tables that are cut into rows, each a passage under the table's header
QUESTIONS = {1: 7, 2: 9, 3: 10, 4: 12}  # questions on a context, by the number of passages drawn
REHEARSED = 6  # conversations of rehearsal in a row
REPLY = 60  # tokens of a rehearsed reply at most
TABLE_LINE = re.compile(r"^\|.*\|$", re.MULTILINE)

ASSISTANT = "You are a helpful assistant."
OPEN = (
    "Explain in one sentence what {a} is for.",
    "Write a short note to a colleague about the {a}.",
    "List three things that one can do with {a}.",
    "Describe the colour {c} to somebody who has never seen it.",
    "Write two sentences about a morning in {m}.",
    "What should I think of before I buy {a}?",
    "Give me a polite way to say that the {a} is late.",
    "Which word would you use for somebody who repairs {a}?",
    "Turn this into a question: The {a} is in the cupboard.",
    "Write a sentence with the words {a} and {c}.",
    "What is {m} known for?",
    "Name two materials that {a} might be made of.",
)


def conversations_on(
    context: Context, questions: int, rng: Random, unanswered: Sequence[float] = UNANSWERED
) -> list[Conversation]:
    """Up to `questions` conversations that begin with the same passages, each with one question on them, of
    which a share has no answer there: that of `unanswered` for one passage, for two, or for more.

    There are no more of them than it answers: a context that says little would else be asked for what it does
    not say, and a model learns to be silent wherever it sees one passage.
    """
    questions = min(questions, len(context.asks))
    share = unanswered[min(len(context.passages), len(unanswered)) - 1]
    system, *turns = reading_example(rng, context, questions, wrap=False, unanswered=share)
    passages = turns[0]["content"].rpartition("\n\nQuestion: ")[0]
    result = []
    for user, assistant in zip(turns[::2], turns[1::2], strict=True):
        question = user["content"].rpartition("Question: ")[2]
        asked = {"role": "user", "content": f"{passages}\n\nQuestion: {question}"}
        said = {"role": "assistant", "content": assistant["content"]}
        result.append([{"role": "system", "content": system["content"]}, asked, said])
    return result


def rows_apart(context: Context, rng: Random) -> Context:
    """The context with some of its tables cut into passages of one row under their header, three at most.

    What no row states any more is missing: a question whose answer stood in the row next to it.
    """
    passages: list[Passage] = []
    asks: list[Ask] = []
    missing = list(context.missing)
    for number, passage in enumerate(context.passages, start=1):
        mine = [ask for ask in context.asks if ask.number == number]
        lines = TABLE_LINE.findall(passage.text)
        if len(lines) < 3 or rng.random() > ROWS_APART:
            passages.append(passage)
            asks += [replace(ask, number=len(passages)) for ask in mine]
            continue
        for row in rng.sample(lines[2:], min(len(lines) - 2, rng.randint(1, 3))):
            passages.append(replace(passage, text="\n".join([*lines[:2], row])))
            cells = [cell.strip().lower() for cell in row.strip("|").split("|")]
            here = [a for a in mine if a.fact.value.lower() in cells and _names(cells[0], a.fact)]
            asks += [replace(ask, number=len(passages)) for ask in here]
            mine = [ask for ask in mine if ask not in here]
        missing += [Fact(ask.fact.subject, ask.fact.relation, "") for ask in mine]
    return replace(context, passages=tuple(passages), asks=tuple(asks), missing=tuple(missing))


def _names(cell: str, fact: Fact) -> bool:
    return cell in (fact.subject.lower(), fact.relation.label.lower())


def reading_row(
    rng: Random, held_out: bool = False, unanswered: Sequence[float] = UNANSWERED
) -> list[Conversation]:
    """Conversations on one context: of the school reader more often than of an invented world.

    With `held_out` its pages are those that no lesson takes. A context that says nothing is drawn again.
    """
    passages = rng.choice((1, 1, 2, 2, 3, 4, 4))
    if rng.random() < READER / WORLD:
        context = draw_reader(rng, passages, held_out, CHANGED)
    else:
        domains = DOMAINS if rng.random() < 0.8 else (*DOMAINS, "everyday")
        conflict = 1 < passages < 4 and rng.random() < 0.12
        context = draw_context(rng, passages, 4, conflict=conflict, domains=domains, wide=True)
        if not conflict:
            context = rows_apart(context, rng)
    drawn = conversations_on(context, QUESTIONS[passages], rng, unanswered)
    return drawn or reading_row(rng, held_out, unanswered)


def rehearsal_prompts(rng: Random) -> list[Conversation]:
    """REHEARSED prompts without a reply, under one instruction: open requests, or general knowledge."""
    if rng.random() < 0.5:
        system, asked = CLOSED_BOOK, [
            f"Question: {rng.choice(fact.questions)}" for fact in rng.sample(general_facts(), REHEARSED)
        ]  # fmt: skip
    else:
        system, asked = ASSISTANT, [_open_request(rng) for _ in range(REHEARSED)]
    return [[{"role": "system", "content": system}, {"role": "user", "content": text}] for text in asked]


def _open_request(rng: Random) -> str:
    fill = {"{a}": rng.choice(lx.THING_NOUNS), "{c}": rng.choice(lx.COLOURS), "{m}": rng.choice(lx.MONTHS)}
    text = rng.choice(OPEN)
    for blank, word in fill.items():
        text = text.replace(blank, word)
    return text


def draw_row(
    rng: Random, rehearsal: Sequence[list[Conversation]], unanswered: Sequence[float] = UNANSWERED
) -> list[Conversation]:
    """The conversations of one row of training; `rehearsal` has rows with the model's own replies."""
    if rehearsal and rng.random() > WORLD:
        return list(rng.choice(rehearsal))
    return reading_row(rng, unanswered=unanswered)


def rehearsed_rows(model: LanguageModel, rows: int, seed: int, path: Path) -> list[list[Conversation]]:
    """`rows` of what the model says before it is taught, kept in `path`, without replies that did not end."""
    rng = Random(f"rehearsal {seed}")
    prompts = [rehearsal_prompts(rng) for _ in range(rows)]
    if not path.exists():
        asked = [prompt for row in prompts for prompt in row]
        whole = own_replies(model, asked, REPLY)
        files.write_json(path, {request["content"]: said["content"] for *_, request, said in whole})
    replies = files.read_json(path)
    found = [with_replies(row, replies) for row in prompts]
    return [row for row in found if row]


def with_replies(prompts: Sequence[Conversation], replies: Mapping[str, str]) -> list[Conversation]:
    """Prompts with the model's own replies behind them, by the text of the request, where there is one."""
    asked = [(prompt, prompt[-1]["content"]) for prompt in prompts]
    return [[*p, {"role": "assistant", "content": replies[text]}] for p, text in asked if text in replies]
