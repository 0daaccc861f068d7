"""Exercise 7.4: which tokens carry loss."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like


def loss_labels(token_ids: Sequence[int], assistant: int, end: int) -> list[int]:
    """The labels of one chat for training: a token's own id where it carries loss, and −100 elsewhere.

    Loss falls on what the assistant says: the tokens after each marker `assistant`, up to and including the
    next `end`. Markers, the other turns (which close with `end` too) and padding carry none. The model
    shifts by itself. Here a marker is one token; where it is several, the library looks for all of them.
    """
    labels, speaking = [], False
    for token in token_ids:
        labels.append(token if speaking else -100)
        if token == assistant:
            speaking = True
        elif token == end:
            speaking = False
    return labels


def _masked(ids, assistant, end, marker=False, stop=True, other=-100):
    labels = loss_labels(ids, assistant, end)
    return [t if marker and t == assistant else other if label == -100 or (t == end and not stop) else label
            for t, label in zip(ids, labels, strict=True)]


def _last_reply(ids, assistant, end):
    start = len(ids) - 1 - list(ids)[::-1].index(assistant)
    return [-100] * start + loss_labels(ids[start:], assistant, end)


# 1, 2 and 3 mark the turns of system, user and assistant, 4 ends a turn, 0 is padding.
_CHAT = [1, 50, 51, 4, 2, 60, 61, 62, 4, 3, 70, 71, 4]

LABELS = exercise(
    "7.4",
    "Which tokens carry loss",
    loss_labels,
    minutes=12,
    imports="from collections.abc import Sequence",
    cases=(
        (_CHAT, 3, 4),
        ([2, 60, 4, 3, 70, 4, 2, 61, 62, 4, 3, 71, 72, 4], 3, 4),
        ([*_CHAT, 0, 0, 0], 3, 4),
    ),
    mistakes=(
        like(lambda ids, a, e: list(ids), "prompt-carries-loss",
             "Every token carries loss, so the model learns to write questions too. Mask all but the "
             "replies."),
        like(lambda ids, a, e: _masked(ids, a, e, stop=False), "end-left-out",
             "The `end` of a reply is masked. A model that never learned to write it does not stop."),
        like(lambda ids, a, e: _masked(ids, a, e, marker=True), "marker-included",
             "The marker `assistant` carries loss. The prompt always ends with it: nothing to learn."),
        like(lambda ids, a, e: [*loss_labels(ids, a, e)[1:], -100], "shifted",
             "The labels are one place too early. Transformers' models shift them by themselves; do not do "
             "it twice."),
        like(lambda ids, a, e: [-100, *loss_labels(ids, a, e)[:-1]], "shifted",
             "The labels are one place too late. A label stands in the place of its own token."),
        like(lambda ids, a, e: _masked(ids, a, e, other=0), "zeros",
             "Masked places hold 0, which is a token of its own. The loss skips −100."),
        like(lambda ids, a, e: [-100] * (list(ids).index(a) + 1) + list(ids)[list(ids).index(a) + 1:],
             "open-end",
             "Once the first reply has begun, everything carries loss. The mask must close again after "
             "`end`."),
        like(_last_reply, "last-reply-only",
             "Only the last reply carries loss. Every reply of the chat does."),
        like(lambda ids, a, e: [t != -100 for t in loss_labels(ids, a, e)], "mask-not-labels",
             "This is a mask of True and False. Labels are the ids themselves, and −100."),
    ),
    hints=(
        ("I do not know where a reply begins",
         "Walk through the ids and remember whether the assistant is speaking."),
        ("The marker itself carries loss",
         "Append the label first, and only then look whether the token is a marker."),
        ("The end carries no loss", "The same: append first, then stop speaking."),
    ),
    why="Training on the prompt spends most of the loss on text that the model will never have to write. "
        "Forgetting the `end` token is the classic reason why a tuned model goes on talking.",
)
