"""Questions without code: a prediction to commit to before running, and the quiz at a lesson's end."""

from course_lib.exercises import record
from course_lib.exercises.catalogue import find_prediction, find_quiz
from course_lib.exercises.display import show, show_card
from course_lib.exercises.engine import tells_of_a_wrong_number
from course_lib.exercises.outcomes import QuizQuestion

LETTERS = "ABCDE"


@tells_of_a_wrong_number
def predict(id: str, answer: object = None) -> None:
    """Commit to an answer before running; None commits to nothing, and what `reveal` has shown stays."""
    prediction = find_prediction(id)
    before = record.load().predictions.get(prediction.id)
    if before is not None and before.revealed:
        text = f"You had committed to *{before.answer}* before the result was shown; that stays."
    elif answer is None or answer is ... or not str(answer).strip():
        text = "Nothing is committed. Write a guess in place of `None`, however rough, or go on without."
        if before is not None:
            text = f"You committed to *{before.answer}*."
    else:
        record.commit(prediction.id, record.Commitment(str(answer).strip()))
        text = f"You commit to *{str(answer).strip()}*."
    show_card("note", f"Predict first: {prediction.question}", text)


@tells_of_a_wrong_number
def reveal(id: str, measured: object = None) -> None:
    """Show a prediction beside what was measured (a value or a sentence, if given) and the explanation."""
    prediction = find_prediction(id)
    before = record.load().predictions.get(prediction.id)
    if before is not None and not before.revealed:
        record.commit(prediction.id, record.Commitment(before.answer, revealed=True))
    lines = [f"You predicted: *{before.answer}*" if before else "You made no prediction."]
    if measured is not None:
        lines.append(f"Measured here: **{measured}**")
    show_card("note", prediction.question, "\n\n".join([*lines, prediction.explanation]))


@tells_of_a_wrong_number
def quiz(number: str | int) -> None:
    """Show a lesson's multiple-choice questions; each answer is folded away below its question."""
    questions = find_quiz(number)
    show(
        "\n\n".join(_as_markdown(i, q) for i, q in enumerate(questions, start=1)),
        "\n\n".join([_as_text(i, q) for i, q in enumerate(questions, start=1)])
        + "\n\nAnswers, for when you have chosen:\n\n"
        + "\n".join(f"{i}. {q.answer}. {q.why}" for i, q in enumerate(questions, start=1)),
    )


def _options(question: QuizQuestion) -> list[tuple[str, str]]:
    return list(zip(LETTERS, question.options, strict=False))


def _as_markdown(number: int, question: QuizQuestion) -> str:
    options = "\n".join(f"- **{letter}.** {text}" for letter, text in _options(question))
    return (
        f"**{number}. {question.text}**\n\n{options}\n\n"
        f"<details><summary>Answer to question {number}</summary>\n\n"
        f"**{question.answer}.** {question.why}\n\n</details>"
    )


def _as_text(number: int, question: QuizQuestion) -> str:
    options = "\n".join(f"   {letter}. {text}" for letter, text in _options(question))
    return f"{number}. {question.text}\n{options}"
