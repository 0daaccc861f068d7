"""The questions that the sources share, and what each answer speaks for: points, a reason, its claims.

The points are judgements, written down so that they can be disputed: 2 speaks strongly for a way, −2 strongly
against it. What this module does not do: weigh them (advice.py does). Lesson 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from course_lib.arguments import one_of
from course_lib.claims.verdicts import Verdict

CONFIRMED, REFUTED = Verdict.CONFIRMED, Verdict.REFUTED


class Option(StrEnum):
    """What may be done; the last three are the ways that are weighed, the simplest first."""

    KEEP = "keep the prompts: tried, and enough"
    PROMPTS = "fix the prompts first"
    COLLECT = "not yet: collect examples"
    RAG = "RAG"
    TUNING = "fine-tuning"
    BOTH = "RAG and fine-tuning"


WAYS = (Option.RAG, Option.TUNING, Option.BOTH)  # a tie goes to the first


@dataclass(frozen=True)
class Reading:
    """What one answer says: points for RAG, for tuning and for both, the reason, and the claims behind it.

    `claims` maps a claim to the verdict that bears the reason out; `excludes` is the way that this answer
    rules out altogether.
    """

    label: str
    points: tuple[int, int, int]
    why: str
    claims: Mapping[str, Verdict] = field(default_factory=dict)
    excludes: Option | None = None

    def __getitem__(self, way: Option) -> int:
        return self.points[WAYS.index(way)]


@dataclass(frozen=True)
class Criterion:
    """A question, its possible answers by name, and where the sources disagree about it."""

    name: str
    question: str
    readings: Mapping[str, Reading]
    disputed: str = ""


UNKNOWN, UNTRIED, ENOUGH, NONE = "unknown", "untried", "enough", "none"  # what stops one before the weighing
NOTHING = (0, 0, 0)

CRITERIA = {
    criterion.name: criterion
    for criterion in (
        Criterion(
            "prompts",
            "Have the prompts been tried in earnest: the rules in words, with worked examples?",
            {
                UNTRIED: Reading("not yet", NOTHING, "A prompt costs an afternoon, and is the rung below.",
                                 {"C29": CONFIRMED}),
                "tried": Reading("yes, and it was not enough", NOTHING, "The lowest rung has been climbed."),
                ENOUGH: Reading("yes, and it was enough", NOTHING, "What prompts mend needs no other rung."),
            },
        ),
        Criterion(
            "failure",
            "What goes wrong today?",
            {
                UNKNOWN: Reading("nobody has counted", NOTHING,
                                 "What nobody has counted cannot be mended, nor seen to be mended."),
                "facts": Reading("facts: wrong, missing or old", (2, -2, 1),
                                 "A fact has to stand where the model can read it.",
                                 {"C01": CONFIRMED, "C03": CONFIRMED}),
                "form": Reading("form: layout, tone, length", (-1, 2, 1),
                                "A form is one habit; examples teach it, and passages do not.",
                                {"C01": CONFIRMED}),
                "both": Reading("both", (0, -1, 2),
                                "Two faults: passages bring the facts, examples the form.",
                                {"C01": CONFIRMED}),
            },
            disputed="S1, S3 and S4 say that tuning cannot add facts (C03); P4 teaches them by distilling a "
            "prompt (C36). S1, S3 and S5 call the hybrid best (C02): see there what the form "
            "costs in right values. Ovadia 2023 measured it below RAG.",
        ),
        Criterion(
            "change",
            "How often does the knowledge change?",
            {
                "daily": Reading("daily or weekly", (2, -2, 2),
                                 "An index takes the new page at once; weights must be trained again.",
                                 {"C05": CONFIRMED}),
                "monthly": Reading("monthly", (1, -1, 1),
                                   "Each change is a document to index, or a training and its tests.",
                                   {"C05": CONFIRMED}),
                "seldom": Reading("once a year or less", NOTHING, "What stays cannot go stale."),
            },
        ),
        Criterion(
            "citations",
            "Must an answer name its source?",
            {
                "needed": Reading("yes", (2, -2, 1),
                                  "A passage can be named and looked up; weights have no page to point to.",
                                  {"C31": CONFIRMED}, excludes=Option.TUNING),
                "not needed": Reading("no", NOTHING, "Nobody asks where it stands."),
            },
            disputed="All five say that retrieved text can be cited (C31). Whether a model still cites as "
            "well once it is tuned is the third part of C02; P1 finds that tuning unlearns to say that no "
            "document answers (C33).",
        ),
        Criterion(
            "latency",
            "How long may an answer take?",
            {
                "tight": Reading("well below a second", (-1, 1, -1),
                                 "Passages have to be found, and read before the first word is written."),
                "relaxed": Reading("a second or more", NOTHING, "Both are fast enough."),
            },
            disputed="S1 and S3 say that retrieval adds 200 to 800 ms, and give no source for it (C25). If "
            "it adds more, C25 is wrong and this reason the stronger, so it rests on no claim: time yours.",
        ),
        Criterion(
            "volume",
            "How many calls, measured by your break-even?",
            {
                "below": Reading("fewer than the break-even", (1, -1, -1),
                                 "What tuning costs before the first call is not earned back."),
                "near": Reading("near it, or not worked out", NOTHING, "The prices decide, and they move."),
                "above": Reading("more than the break-even", (-1, 1, -1),
                                 "A shorter prompt is paid for once, and saves on every call.",
                                 {"C30": CONFIRMED}),
            },
            disputed="S1, S3 and S4 call tuned calls cheaper. A host may ask twice as much for a token of a "
            "tuned model, and S1 prices embeddings at 6.5 times what they cost (C30).",
        ),
        Criterion(
            "examples",
            "How many good examples of the right answer are there?",
            {
                NONE: Reading("fewer than 50", (0, -2, -2),
                              "There is nothing yet to train on, or to test with."),
                "some": Reading("50 to 500", NOTHING, "Enough to try, and to draw the learning curve."),
                "many": Reading("500 and more", (0, 1, 1), "Enough for a form, with some left for the test."),
            },
            disputed="S1, S3 and S4 say that 200 to 500 do (C06); if they do not, more may. That 500 clean "
            "ones beat 5,000 noisy ones, as S3 says, has no source (C07).",
        ),
        Criterion(
            "language",
            "Do ordinary words mean something else in your house?",
            {
                "ordinary": Reading("no", NOTHING, "The model knows the words."),
                "jargon": Reading("yes", (0, 1, 1),
                                  "A meaning that is used everywhere is a habit, as a form is.",
                                  {"C19": CONFIRMED}),
            },
            disputed="S3 and S4 say: tune (C19). A glossary in the prompt is the rung below, and S2 tunes "
            "the retriever (C18).",
        ),
        Criterion(
            "privacy",
            "Who may see what the knowledge holds?",
            {
                "open": Reading("every user everything", NOTHING, "There is nothing to keep apart."),
                "restricted": Reading("it differs from user to user", (2, -2, 0),
                                      "An index can be filtered by user; weights do not ask who is asking.",
                                      {"C15": CONFIRMED}, excludes=Option.TUNING),
                "personal": Reading("the examples hold personal data", (0, -1, -1),
                                    "What was trained on can be drawn out again.", {"C15": CONFIRMED}),
            },
            disputed="S3 warns of leaks (C15). It depends on the method: EZ-MIA knows 82.6 % of GPT-2's "
            "training texts after full tuning and 1.5 % after LoRA, at one false alarm in a thousand.",
        ),
        Criterion(
            "upkeep",
            "Who looks after it in a year's time?",
            {
                "nobody": Reading("nobody", (-1, -2, -2),
                                  "An index goes stale too; an adapter also dies with its base model.",
                                  {"C14": REFUTED}),
                "somebody": Reading("somebody, now and then", (0, -1, -1),
                                    "A new base model means to train and to test again.", {"C14": REFUTED}),
                "team": Reading("a team", NOTHING, "Either can be kept up."),
            },
            disputed="S1 says that an adapter can be moved to another base model (C14).",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """A learner's answers, a name of the criterion's readings each; anything else raises CourseError."""

    prompts: str
    failure: str
    change: str
    citations: str
    latency: str
    volume: str
    examples: str
    language: str
    privacy: str
    upkeep: str

    def __post_init__(self) -> None:
        for name, criterion in CRITERIA.items():
            one_of(getattr(self, name), f"answer to {name!r}:", list(criterion.readings))

    @property
    def readings(self) -> dict[str, Reading]:
        """What each answer says, by criterion, in the order of the questions."""
        return {each.name: CRITERIA[each.name].readings[getattr(self, each.name)] for each in fields(self)}
