"""Lesson 06: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "6.p1",
        "A full tuning changes every weight. The change of a matrix of n × n can have a rank of up to n. "
        "What share of n holds 90 % of the change's energy?",
        "Compare it with two numbers: that of a random matrix of the same shape, and the rank of your "
        "adapter. Above the adapter's rank, full tuning wrote a change that LoRA could not write down. That "
        "does not make it a better one: AdamW moves each entry by about as much, whatever its gradient, and "
        "so spreads a change over many directions. Cutting the change down to a low rank and asking again is "
        "the honest test.",
    ),
    Prediction(
        "6.p2",
        "A learning rate is good for a full tuning. LoRA takes the same rate and the same steps. Does it "
        "learn as much, less, or nothing?",
        "B starts at zero, so at first A gets no gradient at all, and the product of two small matrices "
        "moves slowly. Reports put LoRA's best rate at about ten times that of full tuning. Who compares "
        "methods at one rate compares rates.",
    ),
    Prediction(
        "6.p3",
        "Another base has the same shape and answers every question as ours does, but its neurons stand in "
        "another order. Your adapter is put on it. What share of its replies keeps the house style?",
        "An adapter is written in the coordinates of one base: its numbers say *add this much of neuron 17*. "
        "In another base neuron 17 means something else. The shapes fit, so nothing complains.",
    ),
    Prediction(
        "6.p4",
        "LoRA, rsLoRA, DoRA, PiSSA, IA³, prefix tuning, prompt tuning and full tuning get the same pairs and "
        "steps, each the best of its own rates. Which lag behind LoRA in the house style, and which lead?",
        "A way is *behind* or *ahead* if the whole interval of its difference from LoRA, question by "
        "question, lies on one side of 0; else the order is *open*. rsLoRA, DoRA and PiSSA change how LoRA "
        "is scaled, split or started, and a rate of its own makes up for some of that. IA³, prefix and "
        "prompt tuning train far fewer numbers than LoRA. Whether so few are enough, the lines above say.",
    ),
    Prediction(
        "6.p5",
        "LoRA of rank 16 on all linear layers: what share of the parameters does it train in a model of 70 "
        "billion, and in one of 135 million?",
        "A layer from n to n has n² weights, its adapter 2 · rank · n: the share is 2 · rank / n. It falls "
        "with the width and rises with the rank, so a share in per cent says nothing without both.",
    ),
)

QUIZ = (
    QuizQuestion(
        "Why does B start at zero, and A not?",
        (
            "So that the adapter changes nothing at first, and yet B gets a gradient.",
            "So that the adapter takes less memory.",
            "Because zeros are faster to multiply.",
        ),
        "A",
        "B·A is zero, so training starts at the base itself. B's gradient goes through A, which is not zero; "
        "were both zero, neither would ever get one.",
    ),
    QuizQuestion(
        "You double the rank from 8 to 16 and leave alpha at 16. What happens to the scale of the change?",
        ("It stays at 1.", "It halves, from 2 to 1.", "It doubles."),
        "B",
        "The scale is alpha / rank: 16/8 = 2, then 16/16 = 1. Two things were changed at once, and "
        "with them the best learning rate.",
    ),
    QuizQuestion(
        "An article counts 4,194,304 trained parameters for rank 16 on q and v of Llama-3-8B. Whose number "
        "is it?",
        (
            "That of all linear layers at rank 16.",
            "That of Llama-2-7B at rank 8, whose keys and values are as wide as its queries.",
            "That of Llama-3-8B at rank 16: the article is right.",
        ),
        "B",
        "2 · 32 layers · 8 · (4,096 + 4,096) = 4,194,304. Llama-3-8B has grouped-query attention, v_proj is "
        "4,096 × 1,024, and rank 16 gives 6,815,744. (Who counts A and forgets B there gets 4,194,304 as "
        "well.)",
    ),
    QuizQuestion(
        "Head and embedding share one matrix. You adapt the head and merge. What changes?",
        (
            "The head alone.",
            "Nothing: merging leaves shared weights alone.",
            "The head, and how every token is read.",
        ),
        "C",
        "Merging writes into the one matrix that both use. The embedding was never adapted, and now it is: "
        "the merged model computes something that was never trained.",
    ),
    QuizQuestion(
        "A colleague's adapter loads on your base without an error, and its replies are bad. What do you "
        "look at first?",
        (
            "The rank.",
            "Whether your base is the very one that it was trained on, by checksum.",
            "The temperature.",
        ),
        "B",
        "Loading checks shapes and names. Which weights lie beneath is checked only where the "
        "adapter's record names them.",
    ),
)
