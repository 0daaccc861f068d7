"""Lesson 07: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "7.p1",
        "After the curated examples that this lesson trains on: what share of replies on new questions keeps "
        "the house style?",
        "A form is one habit, shown again in every example, so each example teaches the same thing. A fact "
        "is shown in its own examples only, so this number says nothing about facts. It is one point of a "
        "curve: what fewer or more examples give takes runs of their own.",
    ),
    Prediction(
        "7.p2",
        "One step of QLoRA on this model, its weights in four bits: what share of the step's peak memory do "
        "the weights take?",
        "Only the frozen weights shrink. The adapter, its gradients and the optimiser's state keep their "
        "size, and so do the activations, which grow with batch and length. In a small model they "
        "outweigh the weights by far; with billions of parameters the weights are most of it, and four bits "
        "pay.",
    ),
    Prediction(
        "7.p3",
        "The end mark carries no loss, all else is as before: what share of the replies will run into the "
        "limit?",
        "Stopping is a token like any other. A tuned model writes what its examples taught it after the last "
        "word of a reply; taught nothing, it falls back on what its base would write there, which may be an "
        "end mark or anything else. The habit of the base decides, and a tune should not leave it to that.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Why does QLoRA quantise in blocks of 64 weights and not a whole matrix at once?",
        (
            "Because a GPU reads 64 bytes at a time.",
            "Because one outlier would decide the scale, and with it the precision, of every other weight.",
            "Because 64 weights fit into one scale.",
        ),
        "B",
        "Within a block only its own largest weight sets the scale. The price is the scales: 32/64 = half a "
        "bit a weight, or 0.127 bit with double quantisation.",
    ),
    QuizQuestion(
        "Which numbers are trained in QLoRA?",
        ("The 4-bit weights.", "The scales of the blocks.", "The adapter's matrices, in 16 or 32 bits."),
        "C",
        "The 4-bit weights are frozen; for each product they are read back to 16 or 32 bits. "
        "Gradients flow through them into the adapter, which alone is changed.",
    ),
    QuizQuestion(
        "A tuned model answers rightly and then goes on and on. What do you suspect first?",
        (
            "The rank is too low.",
            "The end of turn carried no loss, so the model never learned to write it.",
            "The learning rate was too low.",
        ),
        "B",
        "Stopping is a token like any other. If it is masked, or cut off because the examples were "
        "truncated, nothing teaches the model to produce it.",
    ),
    QuizQuestion(
        "Full tuning with Adam, weights in 32 bits: what does one parameter take, before any activation?",
        ("4 bytes.", "8 bytes.", "16 bytes."),
        "C",
        "Itself, its gradient, two moments: four numbers of 4 bytes. LoRA pays this for the adapter alone, "
        "and the base takes what its format takes.",
    ),
    QuizQuestion(
        "70.55 billion weights at 4.127 bits: what do the weights alone take?",
        ("36.4 GB", "17.6 GB", "282 GB"),
        "A",
        "70.55 · 10⁹ · 4.127 / 8 bytes = 36.4 GB, before any activation. No card with 24 or 32 GB holds "
        "that; the paper put 65 billion weights on one of 48 GB.",
    ),
)
