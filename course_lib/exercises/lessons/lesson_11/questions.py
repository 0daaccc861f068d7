"""Lesson 11: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "11.p1",
        "Answer the ten questions for your own case, and write down what you would do. Will the measured "
        "verdicts of your model change the advice that the sources' word alone gives?",
        "A reason counts as far as its claims are borne out. Where measurement contradicts one, the points "
        "that rested on it are gone, and the ways that lived on them fall. If nothing changes, look at the "
        "gap: it may be that one answer decides alone.",
    ),
    Prediction(
        "11.p2",
        "From how many calls a month on is a tuned model, asked without passages, the cheaper way?",
        "A call saves the tokens of the passages, and may pay more for each token that is left. What is "
        "saved, if anything, is a fraction of a cent, so somebody's working days take very many calls to "
        "earn back.",
    ),
    Prediction(
        "11.p3",
        "One source says more than six times the price of embeddings. Another error is to forget that a host "
        "asks more for a tuned model's tokens. By how much does each move the break-even?",
        "The break-even hangs on what a call *saves*, and that is a small difference of two larger numbers. "
        "So even a price that is a hundredth of a call can move it. What a host asks for a tuned model's "
        "tokens is the whole of the tuned call.",
    ),
    Prediction(
        "11.p4",
        "Prompts, retrieval, tuning: which rung adds most to the rung below it in right values, and which in "
        "the house style?",
        "A rung can add only what it holds. Passages hold facts; the form stands in rules, worked examples, "
        "or in what a model was tuned on. Whether rules in words are obeyed depends on the model.",
    ),
    Prediction(
        "11.p5",
        "RAG, or a model tuned on the facts and asked without passages: which of the two has the cheaper "
        "call, and which the cheaper right answer?",
        "A call is paid for whatever it says, so a right answer costs the call divided by the share that is "
        "right. The cheaper call can be the dearer answer.",
    ),
)

QUIZ = (
    QuizQuestion(
        "A model gives the right facts in the wrong form, and its prompt is one line long. What first?",
        (
            "Collect 500 examples and tune.",
            "Put the rules into the prompt, with two worked examples, and count again.",
            "Build an index.",
        ),
        "B",
        "The lowest rung costs an afternoon and needs no training set. What it mends need not be tuned, and "
        "what it leaves tells what to tune for.",
    ),
    QuizQuestion(
        "The advice flips if the weight of *upkeep* is above 1.1, and yours is 1. What do you do?",
        (
            "Follow the advice: 1 is below 1.1.",
            "Choose the weight that gives what you wanted.",
            "Treat the two ways as level, and find out more about upkeep.",
        ),
        "C",
        "A weight is a guess. If a guess ten per cent off turns the advice, the answers do not decide yet: "
        "either learn more about that criterion, or take the way that is easier to undo.",
    ),
    QuizQuestion(
        "Tuned calls cost 20 % less than RAG's, and a third as many answers are right. Which is cheaper?",
        (
            "Tuned, since calls are what is paid for.",
            "RAG: a right answer costs less than half as much.",
            "Neither, since prices change.",
        ),
        "B",
        "0.8 of the cost for a third of the right answers is 2.4 times the cost of a right answer. Divide "
        "what a call costs by the share that is right before you compare.",
    ),
    QuizQuestion(
        "A claim is confirmed on one model and refuted on another. What stands in the ledger?",
        (
            "The verdict of the larger model.",
            "Both, each with its model, its interval and its command.",
            "Their mean.",
        ),
        "B",
        "A verdict is about a model, a set of questions and a recipe. Two that disagree say that the claim "
        "depends on something; mixing them would hide it.",
    ),
)
