"""How people ask for a fact: in a plain phrasing, a casual one, or a misspelt one."""

from random import Random

from course_lib.world.worlds import Fact

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


def test_question(fact: Fact, rng: Random) -> str:
    """The fact asked for in a phrasing kept for tests: plain, casual or misspelt."""
    relation = fact.relation
    if rng.random() < 0.33:
        return rng.choice(relation.test_casual).replace("{s}", fact.subject)
    text = fact.say(rng.choice(relation.test))
    return misspell(text, rng) if rng.random() < 0.33 else text
