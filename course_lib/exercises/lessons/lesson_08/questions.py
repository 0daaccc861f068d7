"""Lesson 08: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "8.p1",
        "The model learns the house style by LoRA, from pairs about the company alone. Of the general facts "
        "that it knew before (capitals, opposites, trades), what share will it still state?",
        "A form is one habit, and most of what changes serves it. But the weights that write it hold "
        "everything else too, and nothing in the pairs asks them to stay. How much goes depends on the rate, "
        "the steps and the method: one run is one point of a sweep.",
    ),
    Prediction(
        "8.p2",
        "Full tuning and LoRA are trained until both have learned the new pairs equally well. Which one "
        "then knows more of the general facts?",
        "LoRA changes each matrix by a product of low rank, which leaves it fewer ways to move. That is a "
        "reason, and no proof: a high rate takes any method far from its base. So each gets rates of its "
        "own, and the two are compared at equal learning.",
    ),
    Prediction(
        "8.p3",
        "One training teaches facts that the model knows, another as many invented facts of the same kinds. "
        "After which of the two has it lost more of the other facts that it knew?",
        "What is known needs little change to be said again. An invented fact fits nothing that is there: "
        "the weights must store it, and they are all in use. Gekhman and others (2024) saw such examples "
        "learned late, and the harm begin as they were.",
    ),
    Prediction(
        "8.p4",
        "One pair in ten says that the documents do not say. After that training, will the model say so "
        "where it should more often than before, as often, or less often?",
        "Pairs that always answer teach to answer always. A few refusals teach when to refuse only if they "
        "are like those that are asked for later; how many it takes is what the sweep over their share asks.",
    ),
)

QUIZ = (
    QuizQuestion(
        "LoRA at a rate of 1e-4 forgot less than full tuning at 1e-4. What does that show?",
        (
            "That LoRA forgets less.",
            "Little: it may have learned less too. Compare where both have learned equally much.",
            "That the rank is too low.",
        ),
        "B",
        "LoRA wants a higher rate than full tuning, about ten times as high. At one rate for both, one of "
        "them is compared at the wrong place. Sweep each, and read both off at the same loss on new "
        "examples.",
    ),
    QuizQuestion(
        "What goes into rehearsal?",
        (
            "The right answers to general questions.",
            "The model's own replies to general prompts, from before the training.",
            "The training pairs once more.",
        ),
        "B",
        "Rehearsal asks the model to stay as it was, so its own words are the target. Right answers that it "
        "did not know would be new facts, which is another training.",
    ),
    QuizQuestion(
        "A tuned model answers every question, also those that no document answers. What do you do first?",
        (
            "Put refusals among the examples, and measure both: refusals where they belong, and silence "
            "where a passage answers.",
            "Raise the rank.",
            "Add more examples that answer.",
        ),
        "A",
        "What the examples never do, the model unlearns. Too many refusals make it silent where it should "
        "answer, so the share is tuned with two numbers in view, never with one.",
    ),
    QuizQuestion(
        "Why are the unknown facts of claim C04 invented ones of the same kinds as the known ones?",
        (
            "So that the two trainings differ in nothing but in what the model knew.",
            "Because real facts are protected.",
            "So that the model can guess them.",
        ),
        "A",
        "Facts of another kind would bring other words and another form, and any difference could be theirs. "
        "A control differs in the one thing that is asked about.",
    ),
)
