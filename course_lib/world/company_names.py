"""The names in the generated part of the company's world; wren's education never uses them."""

from functools import cache
from pathlib import Path
from random import Random

from course_lib.world import lexicon as lx
from course_lib.world.worlds import DOMAINS, phrases

NAMES_A_DOMAIN = 40


@cache
def names_of(domain: str) -> tuple[str, ...]:
    """NAMES_A_DOMAIN names of a domain: every noun of the phrasebook in turn, no first word twice, no
    word of the house jargon.
    """
    import yaml

    rng = Random(f"Marram & Finch {domain}")
    jargon = yaml.safe_load((Path(__file__).parent / "written" / "jargon.yaml").read_text(encoding="utf-8"))
    words = rng.sample([word for word in lx.NAME_WORDS if word.lower() not in jargon], NAMES_A_DOMAIN)
    nouns = list(phrases(domain).subject_nouns)
    rng.shuffle(nouns)
    return tuple(f"{word} {nouns[i % len(nouns)]}" for i, word in enumerate(words))


@cache
def company_names() -> frozenset[str]:
    return frozenset(name for domain in DOMAINS for name in names_of(domain))
