"""Lesson 04: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "4.p1",
        "BM25 compares words, letter by letter; the embedder compares meaning. On which kinds of question "
        "(lookup, table, jargon, two documents in one question, versioned) does BM25 win?",
        "It wins where the question carries a *name* that few pages hold: rare words have the largest idf, "
        "and a name is spelt the same in question and page. It loses where the question uses other words "
        "than the page. Misspelling harms it less than one fears, as long as the name is spelt right.",
    ),
    Prediction(
        "4.p2",
        "Both editions stand in one index, and the search treats them alike. Of the questions about values "
        "that changed, what share of the replies gives last year's value?",
        "Two pages that differ in one number are almost equally similar to the question. Nothing in a "
        "similarity says which of them is in force; only the edition does, which each passage carries.",
    ),
    Prediction(
        "4.p3",
        "The embedder is tuned on a few hundred of the company's questions. What does that do to search in "
        "documents that have nothing to do with the company?",
        "Tuning moves every vector, not only those of the company. Whether that harms other searches depends "
        "on the data, the learning rate and the number of steps; so it is measured, not assumed.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Reciprocal rank fusion with k = 60 joins two rankings. Page A stands first in one and is missing in "
        "the other. Page B stands tenth in both. Which comes first?",
        ("A, for a first place counts most.", "B, for two tenth places add up to more.", "They are equal."),
        "B",
        "A gets 1/61 = 0.016, B gets 2/70 = 0.029. With k = 60 the places differ little, so being found "
        "twice outweighs being found first.",
    ),
    QuizQuestion(
        "A word stands in every passage of the index. What does it add to the BM25 scores?",
        ("Next to nothing.", "The most, because it matches everywhere.", "Something below zero."),
        "A",
        "Its idf is ln(1 + 0.5 / (n + 0.5)), just above 0. Without the 1 inside the logarithm it would be "
        "negative.",
    ),
    QuizQuestion(
        "A re-ranker looks at the first 20 hits. For one question in ten the right document is not among "
        "them. What can the re-ranker do about these?",
        (
            "Nothing: it orders what was found.",
            "Find the document, if the model is good enough.",
            "Find it, but more slowly.",
        ),
        "A",
        "Recall among the first 20 is the ceiling of all that is re-ranked. A greater depth lifts it, at a "
        "price in time for each query.",
    ),
    QuizQuestion(
        "The index holds five editions of each page. You fetch the five best hits and then drop those of "
        "other editions. How many are left, about?",
        ("Five", "One, and often none", "It depends on the embedder alone"),
        "B",
        "The editions of a page are almost equally similar, so the five best are often five editions of one "
        "page. Filter before you search: then the five best of the right edition come back.",
    ),
    QuizQuestion(
        "A router picks one of four indexes and is right for 80 % of the questions. In the right index "
        "recall@5 is 0.95. Without a router it is 0.92. What does the router bring?",
        ("0.03 more", "A loss: about 0.76", "Nothing"),
        "B",
        "0.80 · 0.95 = 0.76: after a wrong turn the document cannot be found. A router pays only if it is "
        "nearly always right, or if it may name several indexes.",
    ),
)
