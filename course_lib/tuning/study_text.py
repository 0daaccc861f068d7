"""Study text: the facts of the company's documents told again and again, each time in another form.

A form is a template, and none of them asks: what is learned is text. Varied rewrites are what let a model
extract in pretraining what it memorised (Allen-Zhu and Li 2023); EntiGraph (Yang et al. 2024) lets a large
model write them, and ties facts to one another. What this module does not do: write as well as a large model.
"""

from collections.abc import Sequence
from random import Random

from course_lib.arguments import whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.corpus.markdown import sentences_in
from course_lib.generation.prompts import Message, mid_sentence
from course_lib.generation.values import states
from course_lib.tuning.company_facts import Fact, check_facts, said

INSTRUCTION = "Write down what you know."
TOPICS = (
    "{subject}",
    "Tell about the {subject}.",
    "{subject}: {respect}",
    "What our documents say about the {subject}",
    "Notes on the {subject}, {respect}",
)
FORMS = (
    "{answer}",
    "{stated}",
    "{subject}. {Respect}: {value}.",
    "{value} is the {respect} of the {subject}.",
    "Document {gold} says: {told}",
    "{answer} So the {respect} of the {subject} is {value}.",
    "{same} {answer}",
    "{like} But {told}",
    "- {subject}, {respect}: {value}\n- {other}",
)


def study_texts(
    facts: Sequence[Fact], passages: Sequence[Chunk], n: int, seed: int = 0
) -> list[list[Message]]:
    """Each fact told n times, as the replies of conversations: in every form once before a form comes again.

    `passages` are chunks of the facts' edition: the sentence that states a fact is taken from there. A form
    that ties facts together draws the other one from `facts`, so that nothing else is taught. Raises
    CourseError for no facts and for n below 1. Claims C03 and C36; lesson 08.
    """
    check_facts(facts)
    n = whole_number(n, "n")
    texts = []
    for fact in facts:
        random = Random(f"{seed} {fact.name}")
        stated = _stated(fact, passages)
        for number in range(n):
            if number % len(FORMS) == 0:
                forms = random.sample(FORMS, len(FORMS))
            text = forms[number % len(FORMS)].format(**_fields(fact, facts, random), stated=stated)
            topic = random.choice(TOPICS).format(subject=fact.subject, respect=fact.respect)
            texts.append([*asked_to_tell(topic), said(text.strip())])
    return texts


def _fields(fact: Fact, facts: Sequence[Fact], random: Random) -> dict[str, str]:
    """What the forms say of a fact, and of others: of the same subject, in the same respect, any."""
    others = random.sample(facts, len(facts))
    same = (each.answer for each in others if each.subject == fact.subject and each != fact)
    like = (each.answer for each in others if each.respect == fact.respect and each.value != fact.value)
    other = next((each for each in others if each != fact), fact)
    return {
        "answer": fact.answer,
        "told": mid_sentence(fact.answer),
        "subject": fact.subject,
        "respect": fact.respect,
        "Respect": fact.respect.capitalize(),
        "value": fact.value,
        "gold": fact.gold,
        "same": next(same, ""),
        "like": next(like, "Others differ."),
        "other": f"{other.subject}, {other.respect}: {other.value}",
    }


def asked_to_tell(topic: str) -> list[Message]:
    """A conversation that asks nothing but to tell about a topic."""
    return [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": topic}]


def _stated(fact: Fact, passages: Sequence[Chunk]) -> str:
    """The sentence of the fact's document that states it, or else its answer."""
    sentences = (
        passage.text[start:end]
        for passage in passages
        if passage.document_id == fact.gold
        for start, end in sentences_in(passage.text, 0, len(passage.text))
    )
    return next((each for each in sentences if states(each, fact.value)), fact.answer)
