"""wren's lessons: chat examples drawn without end from a seed, easy ones first.

Four kinds, as the model card says: reading passages (most), general knowledge, small skills under
instruction, and talk about things that no passage states. The share of each and the way from easy to hard
stand in `draw`.
"""

from dataclasses import replace
from random import Random

from course_lib.generation.prompts import CLOSED_BOOK, Message
from course_lib.world import lexicon as lx
from course_lib.world.company_names import company_names
from course_lib.world.phrasing import ask, misspell
from course_lib.world.reading.contexts import draw_context
from course_lib.world.reading.conversation import reading_example
from course_lib.world.reading.general_knowledge import general_facts
from course_lib.world.reading.jargon import draw_aliases
from course_lib.world.reading.school_reader import draw_reader
from course_lib.world.worlds import DOMAINS, draw_facts, relation_pool, subject_name, thing

WIDE_FROM = 0.1  # how far the education has come when the second file of the phrasebook opens
PASSAGES_FROM = (0.04, 0.1, 0.18, 0.26)  # ... and when two, three, four and five passages may be read
READER_FROM = 0.1  # ... and when the school reader is opened
SHEETS_FROM = 0.2  # ... and when one passage may say up to a dozen things, nearly all of them asked for


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
