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
        "The index needs the new page alone, whose passages are embedded; to index the whole edition anew is "
        "the upper bound. The tuned model needs new examples and another training run. Whether it "
        "gives the old price until then depends on whether it ever learned it: see *last year's value*. If "
        "that is near 0, either the training did not take, or it holds in the taught wordings alone: see the "
        "share printed when the facts were taught.",
    ),
    Prediction(
        "9.p3",
        "Of the answers that RAG does not get right: is more lost in retrieval, where no passage says it, or "
        "in reading, where one does?",
        "Ask before you buy. A search that finds more can mend what no passage said, as far as it is then "
        "read; one that brings fewer other passages may mend some reading too, and the bar of the gold "
        "passage shows how much. The rest only a better reader mends. Small models are said to lose most of "
        "it in reading (claim C34).",
    ),
    Prediction(
        "9.p4",
        "Which technique of retrieval brings the most right answers beyond the search of lesson 04?",
        "Each costs something: a call of the model for each question, or for each passage at index time, or "
        "a longer prompt. Where the search finds nearly everything already, there is little left to win, and "
        "a longer prompt can lose more in reading than it wins in finding. The largest of many gains owes "
        "something to luck, so it counts at the interval at which all hold together.",
    ),
    Prediction(
        "9.p5",
        "How many of these ways are clear of plain RAG in right values, above or below, once all intervals "
        "must hold together?",
        "A way that never sees a passage can hardly keep up in values, and one that is handed the right "
        "passage shows what better retrieval could bring at most. Between those lie gaps that are smaller "
        "than this many questions can tell from luck: not the same as no gap.",
    ),
    Prediction(
        "9.p6",
        "Where does the time go that passages add to an answer, and that which the house style adds: "
        "finding, reading the prompt, or writing the reply?",
        "A prompt is read all at once, and its time grows with its tokens; a reply is written token by "
        "token, and each costs a pass through the model. So passages cost mostly at the beginning, and make "
        "each written token a little dearer; a long form costs at the end.",
    ),
    Prediction(
        "9.p7",
        "Which of these ways brings more right values than plain RAG, and which fewer?",
        "What changes the passages (both editions, a filter, a tuned retriever) can mend what the search "
        "missed, and no more; what changes the reader (RAFT, the documents' text) can mend reading. Examples "
        "and whole documents use the context up, of which a small model has little.",
    ),
    Prediction(
        "9.p8",
        "Are fewer answers right when the same question is casual or misspelt? And in which kind of question "
        "does the gold passage gain most over RAG?",
        "A misspelt word can cost twice: the search may miss the passage, and the reader may miss the words. "
        "Letters in fours and embeddings bear a slip better than whole words do. Within a kind, what the "
        "gold passage gains says what the search missed or drowned: a second passage, or a word that one "
        "page alone explains.",
    ),
    Prediction(
        "9.p9",
        "Is RAFT better than what it combines, and what becomes of saying that the documents do not tell?",
        "RAFT practises to answer among passages that distract. In part of its examples the passage that "
        "answers is missing, and the reply is given all the same: that teaches the domain, but it is also "
        "practice in answering without evidence. Look at both figures before you call it an improvement.",
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
