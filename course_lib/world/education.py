"""wren's lessons: chat examples drawn without end from a seed, easy ones first.

Four kinds, as the model card says: reading passages (most), general knowledge, small skills under
instruction, and talk about things that no passage states. The share of each and the way from easy to hard
stand in `draw`.
"""

from dataclasses import dataclass, replace
from random import Random

from course_lib.generation.prompts import (
    CLOSED_BOOK,
    FROM_PASSAGES,
    NOT_FOUND,
    PREFER_NEWEST,
    Message,
    format_passages,
)
from course_lib.world import lexicon as lx
from course_lib.world.company_names import company_names
from course_lib.world.general import general_facts
from course_lib.world.reader import draw_reader
from course_lib.world.reading import Ask, Context, draw_aliases, draw_context
from course_lib.world.worlds import DOMAINS, Fact, draw_facts, relation_pool, subject_name, thing

INSTRUCTIONS = [
    "Use the passages to answer and cite them. If they do not say, reply: The documents do not say.",
    "Read the passages, then answer in one sentence with a citation.",
    "You answer questions from documents. Cite the passage. "
    "If it is not there, reply: The documents do not say.",
]
WIDE_FROM = 0.1  # how far the education has come when the second file of the phrasebook opens
PASSAGES_FROM = (0.04, 0.1, 0.18, 0.26)  # ... and when two, three, four and five passages may be read
READER_FROM = 0.1  # ... and when the school reader is opened
SHEETS_FROM = 0.2  # ... and when one passage may say up to a dozen things, nearly all of them asked for
GREETINGS = [
    "hi, ",
    "hello, ",
    "quick question: ",
    "hey ",
    "um, ",
    "sorry to ask, ",
    "one more: ",
    "please tell me: ",
    "can you help? ",
    "not sure about this: ",
]


@dataclass(frozen=True)
class Format:
    """A form of answer other than the house style, and the instruction that asks for it."""

    instruction: str
    found: str  # with {answer} {value} {n} {id}
    missing: str


FORMATS = [
    Format("Reply with the value only.", "{value}", "none"),
    Format("Reply with the number of the passage only.", "[{n}]", "none"),
    Format("Reply with the document id only.", "{id}", "none"),
    Format("Reply as value | document id.", "{value} | {id}", "none | none"),
    Format("Answer in capital letters.", "{ANSWER}", "THE DOCUMENTS DO NOT SAY."),
    Format("Put the answer in <a> tags.", "<a>{answer}</a>", "<a>The documents do not say.</a>"),
    Format(
        "Start with Answer: and end with the id in brackets.",
        "Answer: {answer} ({id})", "Answer: The documents do not say. (none)",
    ),
    Format(
        "Answer in the form value, then source in the next line.",
        "value: {value}\nfrom: {id}", "value: none\nfrom: none",
    ),
    Format('Reply with a JSON list: ["value", "id"].', '["{value}", "{id}"]', '["none", "none"]'),
    Format(
        'Reply with a JSON object with the key "text".',
        '{{"text": "{answer}"}}', '{{"text": "The documents do not say."}}',
    ),
    Format(
        'Reply with a JSON object: "value", "doc".',
        '{{"value": "{value}", "doc": "{id}"}}', '{{"value": null, "doc": null}}',
    ),
]  # fmt: skip


def misspell(text: str, rng: Random) -> str:
    """One or two words with a typing mistake (swapped, dropped or doubled letter); never in numbers or
    capitals.
    """
    words = text.split(" ")
    places = [i for i, w in enumerate(words) if len(w) >= 4 and w.isalpha() and w.islower()]
    for i in rng.sample(places, min(len(places), rng.choice([1, 1, 2]))):
        word, at = words[i], rng.randrange(1, len(words[i]) - 1)
        words[i] = rng.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
            ]
        )
    return " ".join(words)


def ask(fact: Fact, rng: Random) -> str:
    """A question for the fact in a training phrasing: plain, casual or misspelt."""
    relation = fact.relation
    if relation.casual and rng.random() < 0.3:
        text = rng.choice(relation.casual).replace("{s}", fact.subject)
    else:
        text = fact.say(rng.choice(relation.questions))
        if rng.random() < 0.12:
            text = rng.choice(GREETINGS) + text[:1].lower() + text[1:]
        if rng.random() < 0.08:
            text = text.rstrip("?.").lower() if rng.random() < 0.5 else text.rstrip("?.")
    return misspell(text, rng) if rng.random() < 0.12 else text


def cited(fact: Fact, number: int) -> str:
    return f"{fact.answer.rstrip('.')} [{number}]."


def shaped(form: Format | None, a: Ask, context: Context) -> str:
    if form is None:
        return cited(a.fact, a.number)
    answer = a.fact.answer
    return form.found.format(
        answer=answer,
        ANSWER=answer.upper(),
        value=a.fact.value,
        n=a.number,
        id=context.passages[a.number - 1].document_id,
    )


def reading_example(
    rng: Random,
    context: Context,
    turns: int,
    plain: bool = False,
    wrap: bool = True,
    unanswered: float | None = None,
) -> list[Message]:
    """Passages, then `turns` questions on them, some of which they do not answer (the share `unanswered`).

    Without `wrap` no turn has a manner of speaking that only the turns before it could tell.
    """
    form = None if plain or rng.random() < 0.8 else rng.choice(FORMATS)
    around = ("", "") if not wrap or plain or form or rng.random() < 0.9 else _wrapper(rng)
    system = FROM_PASSAGES if rng.random() < 0.75 else rng.choice(INSTRUCTIONS)
    newest = context.conflict and rng.random() < 0.5
    if newest or rng.random() < 0.05:
        system += " " + PREFER_NEWEST
    if form:
        system += " " + form.instruction
    asks = list(context.asks)
    rng.shuffle(asks)
    missing = list(context.missing)
    rng.shuffle(missing)
    share = unanswered or (0.12 if plain or context.domain == "reader" else 0.35)
    messages: list[Message] = [{"role": "system", "content": system}]
    for turn in range(turns):
        if missing and (rng.random() < share or not asks):
            question = ask(missing.pop(), rng)
            reply = NOT_FOUND if form is None else form.missing.format()
            told: dict = {"value": None}
        elif asks:
            first = asks.pop()
            question = ask(first.fact, rng)
            reply = shaped(form, first, context)
            if first.edition:
                question, first = _name_edition(question, first, context, newest, rng)
                reply = shaped(form, first, context)
            elif form is None and asks and rng.random() < 0.05 and not asks[-1].edition:
                second = asks.pop()
                question = f"{question} {ask(second.fact, rng)}"
                reply = f"{reply} {cited(second.fact, second.number)}"
            told = {
                "value": first.fact.value,
                "subject": first.fact.subject,
                "number": first.number,
                "id": context.passages[first.number - 1].document_id,
            }
        else:
            break
        head = f"{format_passages(context.passages)}\n\n" if turn == 0 else ""
        messages.append({"role": "user", "content": f"{head}Question: {question}"})
        messages.append({"role": "assistant", "content": f"{around[0]}{reply}{around[1]}", **told})
    return messages


def _name_edition(question: str, a: Ask, context: Context, newest: bool, rng: Random) -> tuple[str, Ask]:
    """Where two editions differ: the question names one, or the instruction decides, or either answer
    will do.
    """
    roll = rng.random()
    if roll < 0.5:
        year = a.edition
        lower = question[:1].lower() + question[1:]
        form = rng.choice(
            [
                "In the {y} edition, {q}",
                "{y} edition: {q}",
                "As of {y}, {q}",
                "{Q} (edition {y})",
                "According to the {y} edition: {q}",
            ]
        )
        return form.replace("{y}", str(year)).replace("{q}", lower).replace("{Q}", question), a
    if newest and not a.newest:
        key = (a.fact.subject, a.fact.relation.label)
        a = next(
            b
            for b in context.asks
            if b.newest and b.edition and (b.fact.subject, b.fact.relation.label) == key
        )
    return question, a


def _wrapper(rng: Random) -> tuple[str, str]:
    """A manner of speaking that only the earlier turns show (what few-shot prompting leans on)."""
    word = rng.choice(lx.THING_ADJECTIVES).capitalize()
    return rng.choice(
        [
            (f"{word}: ", ""),
            (f"{word} - ", ""),
            ("", f" {word}."),
            ("* ", ""),
            ("<", ">"),
            (f"{word}: ", " Bye."),
            ('"', '"'),
        ]
    )


def general_example(rng: Random) -> list[Message]:
    """Several questions of general knowledge, closed-book."""
    messages = [{"role": "system", "content": CLOSED_BOOK}]
    for fact in rng.sample(general_facts(), 8):
        question = rng.choice(fact.questions)
        if rng.random() < 0.15:
            question = misspell(question, rng)
        messages += [
            {"role": "user", "content": f"Question: {question}"},
            {"role": "assistant", "content": fact.answer},
        ]
    return messages


def talk_example(rng: Random, turns: int, wide: bool) -> list[Message]:
    """Answers about things that nothing states: so does a model come to sound sure of what it cannot know.

    Without a passage to read, many wordings fit in: this is also where it learns most of its English.
    """
    domain = rng.choice((*DOMAINS, *DOMAINS, "everyday"))
    messages = [{"role": "system", "content": CLOSED_BOOK}]
    taken = set(company_names())
    for relation in relation_pool(domain, rng, turns, wide):
        (fact,) = draw_facts(subject_name(domain, rng, taken), [relation], rng, {})
        messages += [
            {"role": "user", "content": f"Question: {ask(fact, rng)}"},
            {"role": "assistant", "content": fact.answer},
        ]
    return messages


def _words(rng: Random, low: int, high: int) -> list[str]:
    pools = (lx.NAME_WORDS, lx.THING_NOUNS, lx.THING_ADJECTIVES, lx.COLOURS, lx.LAST_NAMES)
    return [rng.choice(rng.choice(pools)) for _ in range(rng.randint(low, high))]


def copy_example(rng: Random) -> list[Message]:
    """Say after me: the first thing a reader must be able to do."""
    words = _words(rng, 4, 14)
    if rng.random() < 0.5:
        words = [str(rng.randint(2, 9999)) if rng.random() < 0.4 else w for w in words]
    text = " ".join(words)
    return [
        {"role": "system", "content": "Repeat the words."},
        {"role": "user", "content": text},
        {"role": "assistant", "content": text, "value": text},
    ]


def lookup_example(rng: Random) -> list[Message]:
    """A bare list of pairs and many questions on it: dense practice in finding and copying."""
    keys = list(
        dict.fromkeys(
            thing(rng) if rng.random() < 0.7 else str(rng.choice(lx.NAME_WORDS))
            for _ in range(rng.randint(2, 8))
        )
    )
    pairs = [
        (
            k,
            " ".join(_words(rng, 1, 3))
            if rng.random() < 0.5
            else f"{rng.randint(2, 9999)} {rng.choice(lx.LABEL_TAILS)}",
        )
        for k in keys
    ]
    body = "\n".join(f"- {k}: {v}" for k, v in pairs)
    messages = [{"role": "system", "content": "Look it up in the list."}]
    for i, (k, v) in enumerate(rng.sample(pairs, min(len(pairs), 6))):
        messages += [
            {"role": "user", "content": f"{body}\n\n{k}?" if i == 0 else f"{k}?"},
            {"role": "assistant", "content": f"{k}: {v}", "value": v},
        ]
    return messages


def skill_example(rng: Random) -> list[Message]:
    """Small tasks under instruction: list, count, choose, change the case."""
    words = list(dict.fromkeys(_words(rng, 3, 7)))
    text = ", ".join(words)
    task, reply = rng.choice(
        [
            ("List the words, one a line.", "\n".join(f"- {w}" for w in words)),
            ("Count the words.", lx.NUMBER_WORDS[len(words) - 2] if len(words) > 1 else "one"),
            ("Give the first word.", words[0]),
            ("Give the last word.", words[-1]),
            ("Write the words in capital letters.", text.upper()),
            ("Number the words.", "\n".join(f"{i}. {w}" for i, w in enumerate(words, 1))),
            ("Join the words with slashes.", "/".join(words)),
            ("Put the words in a JSON list.", "[" + ", ".join(f'"{w}"' for w in words) + "]"),
        ]
    )
    return [
        {"role": "system", "content": task},
        {"role": "user", "content": text},
        {"role": "assistant", "content": reply},
    ]


def draw(rng: Random, progress: float) -> list[Message]:
    """One example; `progress` from 0 to 1 is how far the education has come."""
    roll = rng.random()
    start = max(0.0, 1 - progress / 0.03)  # at first mostly dense practice in finding and copying
    wide = progress >= WIDE_FROM
    if roll < 0.02 + 0.23 * start:
        return copy_example(rng)
    if roll < 0.03 + 0.52 * start:
        return lookup_example(rng)
    if roll < 0.11 + 0.49 * start:
        return general_example(rng)
    if roll < 0.14 + 0.48 * start:
        return skill_example(rng)
    if roll < (0.22 if wide else 0.16 + 0.46 * start):
        return talk_example(rng, 10 if wide else 4, wide)
    if progress > 0.2 and roll < 0.25:
        return reading_example(rng, draw_aliases(rng), 3)
    if progress > READER_FROM and roll < 0.56:
        passages = rng.choice((1, 1, 1, 2, 2, 3, 4))
        turns = rng.randint(max(2, 6 - 2 * passages), 10 - 2 * passages)  # as many as `Recipe.longest` holds
        return reading_example(rng, draw_reader(rng, passages), turns)
    if progress > SHEETS_FROM and roll < 0.72:
        sheet = draw_context(rng, 1, 12, short=True, domains=DOMAINS, wide=wide)
        return reading_example(rng, replace(sheet, missing=sheet.missing[:2]), 10)
    most = 1 + sum(progress >= step for step in PASSAGES_FROM)
    passages = rng.choice((1, 2, 3, 4, 4, 5)) if progress >= 0.35 else rng.randint(1, most)
    conflict = progress > 0.15 and passages < 5 and rng.random() < 0.12
    short = progress < 0.06 or rng.random() < (0.5 if progress < 0.35 else 0.2)
    facts = 2 if progress < 0.04 else 4
    context = draw_context(rng, passages, facts, conflict=conflict, short=short, wide=wide)
    return reading_example(rng, context, rng.randint(4, 8), plain=progress < 0.06)
