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
    Prediction(
        "7.p4",
        "int4, fp4 and NF4 use four bits each. Which of them is nearest to trained weights?",
        "Trained weights are roughly normal, and NF4's levels stand where a normal distribution has most of "
        "them. Evenly spaced levels spend as many on the rare large weights as on the many small ones; fp4's "
        "leave a gap beside 0. On evenly spread weights the order is another.",
    ),
    Prediction(
        "7.p5",
        "C09 says *almost no loss*. A model is tuned beside its weights in four bits and beside the same "
        "weights whole: of a hundred replies, how many fewer keep the house style with four bits?",
        "Rounding puts noise into each weight. The adapter is trained on top of it and may mend a part; how "
        "much is left depends on the model and on how long it is trained. Values, form and loss need not "
        "agree, so all of them are weighed.",
    ),
    Prediction(
        "7.p6",
        "The same training at a rate of 0.3, far too high: after five steps, will the loss be below where it "
        "began, about there, or above?",
        "A step goes along a slope that holds close by. Too long a step lands where the slope is another, "
        "and the next one starts from there. Clipping limits the gradient, and does not limit the rate.",
    ),
    Prediction(
        "7.p7",
        "Forty examples, each seen thirty times: how many times as large as the loss on these pairs will the "
        "loss on held-out pairs be?",
        "Whatever lowers the loss on pairs that are seen again and again is learned, their odd names and "
        "numbers too. Only what other pairs share helps with those. The gap between the two losses is the "
        "first sign of it, and replies alone may not show it.",
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
