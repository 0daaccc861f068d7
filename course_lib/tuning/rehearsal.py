"""Rehearsal: the model's own replies to general prompts, mixed into what it is tuned on, so that it says them
still. Robins 1995 called replies of the model's own pseudo-rehearsal. Lesson 08; claim C11.
"""

from collections.abc import Iterable, Sequence

from course_lib.arguments import finite_number
from course_lib.errors import CourseError
from course_lib.generation.types import LanguageModel, Messages


def own_replies(model: LanguageModel, prompts: Sequence[Messages], most: int = 60) -> list[list[dict]]:
    """Each prompt with what the model says to it, as an example; a reply that did not end in `most` tokens,
    or says nothing, is left out.
    """
    said = zip(prompts, model.replies(prompts, max_new_tokens=most), strict=True)
    return [
        [*prompt, {"role": "assistant", "content": reply.text}]
        for prompt, reply in said
        if reply.completion_tokens < most and reply.text.strip()
    ]


def mixed(examples: Iterable[Messages], rehearsed: Sequence[Messages], share: float) -> list[Messages]:
    """All the examples, then so many rehearsed ones that these are `share` of the whole, from 0 to below 1.

    Where there are too few they come again, in turn. What trains on the list shuffles it. Raises CourseError
    for a share that cannot be, and for none to rehearse. Exercise 8.3 builds it.
    """
    examples = list(examples)
    share = finite_number(share, "share", least=0)
    if share >= 1:
        raise CourseError(f"share = {share} leaves no room for the examples.", allowed="0 to below 1")
    many = round(len(examples) * share / (1 - share))
    if many and not rehearsed:
        raise CourseError("There is nothing to rehearse.", allowed="one rehearsed example or more")
    return examples + [rehearsed[i % len(rehearsed)] for i in range(many)]
