"""Lesson 01: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "1.p1",
        "For what share of the questions is the right document among the first four passages?",
        "Recall@4 is the ceiling of everything that follows: what was not retrieved cannot be read. Many "
        "questions use other words than the page, and most pages are found all the same, since the embedder "
        "was trained to bring texts of one meaning together. Whether matching words finds more, lesson 04 "
        "measures.",
    ),
    Prediction(
        "1.p2",
        "Closed-book, the model can only guess (lesson 00). With four passages in the prompt, what share of "
        "the questions will it get right?",
        "Nothing in the model has changed; it has something to read, and leave to pass. The share of right "
        "answers is about the share of questions whose document was found, times the share of those that the "
        "model then reads rightly (and a question that no document answers counts as right if the reply says "
        "so).",
    ),
)

QUIZ = (
    QuizQuestion(
        "All rows and the query have length 1. Which search gives the same order as the cosine?",
        (
            "By dot product only.",
            "By Euclidean distance only.",
            "Both: the highest dot product is then the smallest distance.",
        ),
        "C",
        "For unit vectors the squared distance is 2 − 2 · cosine, so all three give the same order. That is "
        "why embeddings are scaled to length 1 once, when they are made.",
    ),
    QuizQuestion(
        "A question has two gold documents. One stands at rank 2, the other at rank 9. What is recall@5?",
        ("0.2", "0.5", "1.0"),
        "B",
        "One of the two gold documents is among the first five. 0.2 would be precision (one of five places), "
        "1.0 the success rate (any gold document at all).",
    ),
    QuizQuestion(
        "Which measure does not change when the gold document moves from rank 4 to rank 1?",
        ("Recall@5", "The reciprocal rank", "nDCG@5"),
        "A",
        "Recall@5 only asks whether it is among the five. The reciprocal rank goes from 1/4 to 1, and nDCG's "
        "discount from 1/log2(5) to 1.",
    ),
    QuizQuestion(
        "Retrieval finds the right passage for 85 % of the questions. The model answers 95 % rightly when it "
        "has the passage. About how many answers are right?",
        ("81 %", "90 %", "95 %"),
        "A",
        "0.85 · 0.95 = 0.81: the errors of both steps multiply. A better model cannot lift it above 85 %, "
        "which is why retrieval is measured by itself.",
    ),
)
