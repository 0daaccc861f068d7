"""Lesson 09: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "9.p1",
        "Which of the four arms (neither, retrieval, tuned, both) gives the most right values, and which the "
        "most replies in the house style?",
        "The two questions need not have one answer. A value can only come from where it stands, in the "
        "passages or in the weights; a form can come from examples in the prompt or from training. Scoring "
        "them apart is what lets the 2×2 table say something.",
    ),
    Prediction(
        "9.p2",
        "The company changes a price. How long does each arm take until it answers with the new one?",
        "The index needs the new page: its passages are embedded, which takes about a second (measured above "
        "is the whole edition). The tuned model needs new examples and another training run. Whether it "
        "gives the old price until then depends on whether it ever learned it: see *last year's value*. If "
        "that is near 0, the training taught the form and hardly the facts.",
    ),
    Prediction(
        "9.p3",
        "Of the answers that RAG does not get right: is more lost in retrieval, where no passage says it, or "
        "in reading, where one does?",
        "Ask before you buy. A search that finds more mends what no passage said; one that brings fewer "
        "other passages may mend some reading too, and the bar of the gold passage shows how much. The rest "
        "only a better reader mends. Small models are said to lose most of it in reading (claim C34).",
    ),
    Prediction(
        "9.p4",
        "Which technique of retrieval brings the most right answers beyond the search of lesson 04?",
        "Each costs something: a call of the model for each question, or for each passage at index time, or "
        "a longer prompt. Where the search finds nearly everything already, there is little left to win, and "
        "a longer prompt can lose more in reading than it wins in finding.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Two arms answer the same 300 questions. Why draw questions, and not answers, in the bootstrap?",
        (
            "Because it is faster.",
            "Because answers to one question belong together: what makes it hard is hard for both.",
            "Because the bootstrap allows no repetition.",
        ),
        "B",
        "Drawn apart, the hardness of the questions would count as noise of the difference. Drawn in pairs "
        "it cancels out. Repetition is what the bootstrap is made of.",
    ),
    QuizQuestion(
        "Hybrid less RAG is +0.02, with the 95 % interval from −0.03 to +0.07. What do you write?",
        ("The hybrid is better.", "The hybrid is no better.", "Not confirmed here: the data do not decide."),
        "C",
        "The interval allows a loss of 0.03 and a gain of 0.07. *No better* would be as much of a claim as "
        "*better*; more questions could decide.",
    ),
    QuizQuestion(
        "A model is tuned without passages in its prompts and served with them. What is the risk?",
        (
            "None: more context always helps.",
            "It has learned to answer without reading, and may go on doing so.",
            "It can no longer be loaded.",
        ),
        "B",
        "Training rewarded answers from the weights. The prompt that a model is tuned with should look like "
        "the one that it is served with.",
    ),
    QuizQuestion(
        "Retrieval alone adds 0.70, tuning alone 0.20, both together 0.75. What is the interaction?",
        ("−0.15", "+0.05", "+0.90"),
        "A",
        "0.75 − (0.70 + 0.20) = −0.15: together they bring less than the sum: they mend some of the same "
        "questions, or get in each other's way. +0.05 is what tuning adds once there is retrieval.",
    ),
)
