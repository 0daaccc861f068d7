"""Lesson 02: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "2.p1",
        "The model may read 360 words. Cut into windows of 30, 60, 120, 240 or 360 words, with which size "
        "does it see the answer most often?",
        "A chunk has one vector, and a vector of many subjects is near to none of them. So smaller chunks "
        "are found better, until they are so small that the window cuts through the answer itself. Count "
        "four chunks in place of 360 words, and larger ones look better: they bring more words along.",
    ),
    Prediction(
        "2.p2",
        "Windows of 60 words cut the company's tables. Of what share of the rows do the names of the "
        "columns stand in the same window?",
        "A window begins wherever the last one ended, so a table of five rows has a good chance of a cut. "
        "Every row below it has lost its header, and nothing tells you: the text looks complete.",
    ),
    Prediction(
        "2.p3",
        "A table is cut into rows, once with the names of its columns above each row and once without. From "
        "which of the two does the model answer better, and by how much?",
        "A number whose column has no name may mean anything, so a model that gets such a row can only guess "
        "what it is. A row that explains itself, as *25 years* does, may do without. How often the guess is "
        "good depends on the model, so the difference has an interval.",
    ),
)

QUIZ = (
    QuizQuestion(
        "With four chunks in the prompt, chunks of 240 words hold the answer more often than chunks of 60. "
        "What does that show?",
        (
            "Larger chunks are found better.",
            "Nothing yet: four large chunks are four times the text. Compare at an equal number of words.",
            "The small chunks need an overlap.",
        ),
        "B",
        "Whoever may read more finds more. What a prompt costs is its tokens, so the fair question is how "
        "often the answer is among the same number of words.",
    ),
    QuizQuestion(
        "A text of 1,000 words is cut into windows of 100 with an overlap of 25. How many chunks are there?",
        ("10", "13", "14"),
        "B",
        "The step is 75: one window, and (1000 − 100) / 75 = 12 further ones. A fourteenth would hold "
        "nothing but words of the thirteenth.",
    ),
    QuizQuestion(
        "The embedder reads 256 tokens. You give it a chunk of 500. What happens to the second half?",
        (
            "It raises an error.",
            "It is left out of the vector, silently: nobody can find the chunk by what stands there.",
            "It is left out of the prompt.",
        ),
        "B",
        "The chunk itself stays whole, so the model reads all of it if its first half was found. Nothing "
        "warns you: compare the lengths in tokens with the embedder's limit.",
    ),
    QuizQuestion(
        "A splitter cuts a price list in two, and the header stays above the first half. What is lost?",
        (
            "Nothing: every row stands in some chunk.",
            "The rows of the second half, which cannot be found.",
            "What the numbers of the second half mean: a row may be found, and its columns have no names.",
        ),
        "C",
        "Count only whether the row is found, and you will not see it. Count whether the names of its "
        "columns are there too, and look at what the reader makes of it.",
    ),
)
