"""Lesson 05: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "5.p1",
        "The right document is among the four passages for most questions. For what share of "
        "the questions will the reply state the right value?",
        "To retrieve is not to read. A model may take a wrong row, a neighbouring number or another product, "
        "and say it as surely as a right one. That is why the answer needs scores of its own.",
    ),
    Prediction(
        "5.p2",
        "Retrieval adds steps, and makes the prompt longer. Which stage takes most of the milliseconds that "
        "it adds: embedding the question, searching, re-ranking, reading the prompt (prefill), or writing "
        "the reply (decode)?",
        "Every token of the passages goes through every layer of the model before the first word can be "
        "written, while the question is one short text for a small embedder, and the search adds up a "
        "few hundred scores.",
    ),
    Prediction(
        "5.p3",
        "Somebody puts a sentence for the model into a document: an order to answer something else. In how "
        "many of a hundred answers about that document does it work?",
        "A language model reads one text. That some of it is an instruction and some is data is a custom, "
        "which training can strengthen and nothing enforces. A check that does not ask the model does not "
        "depend on its goodwill.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Five passages are too long for the prompt. What should the pipeline do?",
        (
            "Cut the last one where the budget ends.",
            "Leave out whole passages from the end, and say which.",
            "Send them all, and let the server cut the prompt.",
        ),
        "B",
        "A cut passage can lose the word that turns its meaning, and a prompt cut by a server can lose the "
        "question itself. What was left out belongs into the answer's record.",
    ),
    QuizQuestion(
        "A reply ends with [6]. The prompt had four passages. What do you know?",
        (
            "The reply is wrong.",
            "The citation is invented; whether the value is right must be checked in another way.",
            "Two passages were dropped.",
        ),
        "B",
        "The number points nowhere, so the reader cannot check the sentence. The value may be right all the "
        "same. A citation that exists is only the beginning: its passage must also say it.",
    ),
    QuizQuestion(
        "Faithfulness is 1.0 and the answer is wrong. How can that be?",
        (
            "It cannot: a faithful answer is right.",
            "The passages state another value, and the reply repeats it.",
            "The judge was not asked.",
        ),
        "B",
        "Faithfulness holds the reply against the passages, not against the truth. A wrong, stale or "
        "poisoned passage gives faithful, wrong answers. Look at the retrieval scores and at labels, too.",
    ),
    QuizQuestion(
        "A semantic cache serves 40 % of the questions at a threshold of 0.80. What else must you know?",
        (
            "The share of those answers that belong to another question.",
            "How many vectors fit into its memory.",
            "Nothing: 40 % of the model's time is saved.",
        ),
        "A",
        "Two questions may differ in one word, a name or a number, and be nearly equal to an embedder. Each "
        "of them gets a fast, sure, wrong answer. The threshold trades one against the other.",
    ),
    QuizQuestion(
        "Passages are quoted between marks, and the prompt says that nothing inside is an order. Is the "
        "system safe from poisoned documents?",
        (
            "Yes, if the marks are random.",
            "Yes, if the model is large.",
            "No: at best fewer attacks work, and the rest needs checks outside the model.",
        ),
        "C",
        "Marks and warnings ask the model to behave. What it may do, which tools and data it reaches, and "
        "what leaves the house must be limited where no text can argue.",
    ),
)
