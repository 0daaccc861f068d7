"""What a tuned model kept: facts, forms asked for in words, other text; and how far it is from its base.

Each measure is a list with a value an item, so that two models can be compared item by item. Lesson 08.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from course_lib.corpus.exams import FormatTask, GeneralFact
from course_lib.errors import CourseError
from course_lib.evaluation.answers import abstained, value_correct
from course_lib.generation.language_model import LocalModel
from course_lib.generation.prompts import HOUSE_STYLE_TOKENS, closed_book
from course_lib.generation.types import Messages
from course_lib.progress_bar import progress_bar
from course_lib.tuning.batches import Encoded, encode, padded
from course_lib.tuning.loop import reply_logits

if TYPE_CHECKING:
    import torch

LOGITS = 512  # places whose next token is scored in one batch: a vocabulary may be wide
TEXT_TOKENS = 256  # of a text, from its beginning


def fact_replies(model: LocalModel, facts: Sequence[GeneralFact]) -> list[str]:
    """What a model says of each fact, asked closed-book in a wording that no training has."""
    asked = [closed_book(fact.test[0]) for fact in facts]
    return [reply.text for reply in model.replies(asked, max_new_tokens=HOUSE_STYLE_TOKENS)]


def states_fact(reply: str, fact: GeneralFact) -> bool:
    """Whether a reply gives the value of a fact, in whatever form."""
    return not abstained(reply) and value_correct(reply, fact.value)


def facts_known(model: LocalModel, facts: Sequence[GeneralFact]) -> list[bool]:
    """Which facts a model states when it is asked closed-book. Claims C04 and C11; lesson 08."""
    return [states_fact(*pair) for pair in zip(fact_replies(model, facts), facts, strict=True)]


def forms_kept(model: LocalModel, tasks: Sequence[FormatTask]) -> list[bool]:
    """Which of the forms that words ask for a model's replies have. Claim C11; lesson 08."""
    replies = model.replies([task.messages for task in tasks], max_new_tokens=HOUSE_STYLE_TOKENS)
    return [task.kept(reply.text) for task, reply in zip(tasks, replies, strict=True)]


def text_losses(model: LocalModel, texts: Iterable[str]) -> list[float]:
    """The loss on each text, read plain from its beginning, in nats a token; raises CourseError for a text of
    fewer than two tokens. Claim C11; lesson 08.
    """
    from torch.nn.functional import cross_entropy

    tokens = [model.tokenizer(text, add_special_tokens=False)["input_ids"][:TEXT_TOKENS] for text in texts]
    if any(len(ids) < 2 for ids in tokens):
        raise CourseError("A text has fewer than two tokens, so nothing of it can be predicted.")
    found = []
    for logits, labels in _predicted(model, [Encoded(ids, len(ids) - 1) for ids in tokens]):
        each = cross_entropy(logits.float().transpose(1, 2), labels, ignore_index=-100, reduction="none")
        found += _row_means(each, labels)
    return found


def kl_to_base(
    base: LocalModel, tuned: LocalModel, prompts: Sequence[Messages], max_new_tokens: int = 48
) -> list[float]:
    """How far a tuned model moved from its base: KL(base ‖ tuned) of the next token, in nats a token.

    A value a prompt, the mean along the reply that the base itself gives. The two share a tokenizer.
    Shenfeld, Pari and Agrawal, "RL's Razor", 2025, measure the same on the new task. Claim C11; lesson 08.
    """
    said = base.replies(prompts, max_new_tokens=max_new_tokens)
    asked = zip(prompts, said, strict=True)
    whole = [[*p, {"role": "assistant", "content": reply.text or " "}] for p, reply in asked]
    encoded = encode(whole, base.tokenizer, base.context)
    pairs = zip(_predicted(base, encoded), _predicted(tuned, encoded), strict=True)
    return [
        value
        for (logits, labels), (others, _) in pairs
        for value in _row_means(kl_divergence(logits, others), labels)
    ]


def kl_divergence(logits: "torch.Tensor", others: "torch.Tensor") -> "torch.Tensor":
    """KL(p ‖ q) in nats of the distributions of two sets of logits, both (…, vocabulary); gives (…).

    Kullback and Leibler 1951. Exercise 8.1 builds it.
    """
    log_p, log_q = (each.float().log_softmax(-1) for each in (logits, others))
    return (log_p.exp() * (log_p - log_q)).sum(-1)


def _predicted(
    model: LocalModel, encoded: Sequence[Encoded]
) -> "Iterator[tuple[torch.Tensor, torch.Tensor]]":
    """Logits (rows, width, vocabulary) and labels (rows, width) of the replies, a batch at a time."""
    import torch

    pad = model.tokenizer.pad_token_id or 0
    rows = max(1, LOGITS // max(each.reply for each in encoded))
    for start in progress_bar("scoring", range(0, len(encoded), rows)):
        batch = padded(encoded[start : start + rows], pad, model.model.device)
        with torch.inference_mode():  # closed before the yield: two of these run in turn
            found = reply_logits(model.model, *batch)
        yield found


def _row_means(values: "torch.Tensor", labels: "torch.Tensor") -> list[float]:
    """The mean of each row of values (rows, width) over the places that carry a label."""
    counts = labels != -100
    return ((values * counts).sum(-1) / counts.sum(-1)).tolist()
