"""Lesson 00: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "0.p1",
        "You ask the model about the company Marram & Finch, with nothing to read (*closed-book*). What "
        "share of its answers is right?",
        "The company is invented, so no model can have met its facts. What is right beyond 0 is luck: some "
        "values, such as colours or weekdays, are few enough to be guessed. That is what makes this a "
        "laboratory: whatever a later lesson gains, the lesson gained it.",
    ),
    Prediction(
        "0.p2",
        "Asked what it cannot know, how often does the model admit it: always, mostly, rarely or never?",
        "A language model is trained to go on with a likely text, and the likely text after a question is an "
        "answer. Unless it has learned otherwise, it makes one up in the same even tone in which it tells "
        "the truth. That is why accuracy and made-up answers are counted apart.",
    ),
    Prediction(
        "0.p3",
        "Worked examples show what the instruction says in words. What do they change: the form of the "
        "replies, the right values, both or neither?",
        "An example shows a form and holds no fact of the question. So it may move the form, and the values "
        "only by luck. How far it moves the form depends on the model: measure yours. And each example is "
        "read again with every question, so weigh what it brings against its tokens.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Why does the course use facts about an invented company?",
        (
            "Real facts would need a licence.",
            "With real facts nobody knows which ones the model had already read.",
            "Invented facts are easier for a small model.",
        ),
        "B",
        "Where a fact may have been in the training data, a right answer does not show where it came from. "
        "Invented facts settle that: what the model knows of them, it got from us. They are no easier.",
    ),
    QuizQuestion(
        "What does a few-shot example change in the model?",
        (
            "Its weights, a little.",
            "Its weights, until the kernel is restarted.",
            "Nothing: it is text in the prompt, and is read again with each question.",
        ),
        "C",
        "The weights stay as they are. An example works by being read, so it costs tokens in every prompt, "
        "and the next prompt without it starts from nothing.",
    ),
    QuizQuestion(
        "A scorer looks for the letters of `12 g` in the reply. Which reply does it score wrongly?",
        ("The kettle weighs 412 g.", "The kettle weighs 12 g.", "The documents do not say."),
        "A",
        "`12 g` stands inside `412 g`, so a wrong answer counts as right. A value must match as whole "
        "numbers and whole words.",
    ),
    QuizQuestion(
        "Of 20 questions, none is answered rightly. What can be said of the true accuracy?",
        (
            "It is 0.",
            "Nothing at all.",
            "It is probably below about one in six.",
        ),
        "C",
        "Wilson's 95 % interval for 0 of 20 is 0 to 0.16. Zero is the best guess, not a certainty, and 20 "
        "questions do say something.",
    ),
)
