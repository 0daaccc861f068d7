"""What fits into a prompt: passages are dropped whole, the least similar first."""

from collections.abc import Callable, Sequence

from course_lib.arguments import whole_number
from course_lib.errors import PromptTooLong
from course_lib.generation.prompts import format_passages
from course_lib.generation.types import LanguageModel, Messages
from course_lib.retrieval.types import Hit

CHARACTERS_A_TOKEN = 4  # in English prose, where a served model keeps its tokenizer to itself


def fitting(model: LanguageModel, hits: Sequence[Hit], budget: int) -> list[Hit]:
    """The hits, from the best on, whose passages take at most `budget` tokens together.

    Raises PromptTooLong if not even the best one does. Lesson 05.
    """
    budget = whole_number(budget, "budget")
    for n in range(len(hits), 0, -1):
        tokens = count_tokens(model, format_passages([hit.chunk for hit in hits[:n]]))
        if tokens <= budget:
            return list(hits[:n])
    if not hits:  # a filter may leave none, and no passages fit into any budget
        return []
    raise PromptTooLong(
        f"The best passage, {hits[0].chunk.id}, has {tokens} tokens, and the budget is {budget}.",
        allowed=f"a budget of at least {tokens} tokens here",
        next_step="raise the budget, or split the documents into smaller chunks",
    )


def fitting_beside(
    model: LanguageModel,
    prompt: Callable[[Sequence[Hit]], Messages],
    hits: Sequence[Hit],
    max_new_tokens: int,
) -> list[Hit]:
    """The hits with which a prompt and its reply fit into the model's context, and the best in any case."""
    hits = list(hits)
    context = getattr(model, "context", None)  # a model behind a base URL keeps its own count
    if context is None:
        return hits
    while len(hits) > 1 and len(model.tokens(prompt(hits))) + max_new_tokens > context:
        hits = hits[:-1]
    return hits


def count_tokens(model: LanguageModel, text: str) -> int:
    """The tokens of a text by the model's own tokenizer; a quarter of its characters where it has none here.

    The estimate is for a model behind a base URL, and for English. Lesson 05.
    """
    tokenizer = getattr(model, "tokenizer", None)
    if tokenizer is None:
        return -(-len(text) // CHARACTERS_A_TOKEN)
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])
