"""Lesson 08: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "8.p1",
        "The model learns the house style by LoRA, from pairs about the company alone. Of the general facts "
        "that it knew before (capitals, opposites, trades), what share will it still state?",
        "A form is one habit, and learning it need not touch a fact. But the weights that write it hold "
        "everything else too, and nothing in the pairs asks them to stay. How much goes depends on the "
        "rate, the steps and the method: one run is one point of a sweep.",
    ),
    Prediction(
        "8.p2",
        "Full tuning and LoRA are compared where both have learned the new pairs equally well. Which one "
        "then knows more of the general facts?",
        "Above 0, LoRA knows more; below 0, full tuning does. LoRA changes each matrix by a product of low "
        "rank, which leaves it fewer ways to move, so many expect it to forget less. But a high rate takes "
        "any method far from its base: each gets rates of its own, and both are compared at equal learning.",
    ),
    Prediction(
        "8.p9",
        "A quarter of the training list are the base's own replies, about general facts that the exam does "
        "not ask. At equal learning, does LoRA with this rehearsal know more of the exam's facts than LoRA "
        "alone? And what of forms and text, which were not rehearsed?",
        "The replies among the pairs ask the weights to go on doing what they did, for facts of these "
        "kinds, asked in this way. Whether that reaches facts that were not rehearsed, and forms and text of "
        "other kinds, each line says for itself, where it is told: what nobody practises is held only by "
        "what it shares with what is practised.",
    ),
    Prediction(
        "8.p10",
        "A model learns the house style from plain questions in one layout. In which form of prompt will it "
        "keep the style least: casual, misspelt, or another layout? And does it lose more right values "
        "in these three, taken together, than the untuned model?",
        "A training learns what its pairs have in common, and one layout is in all of them. Whether the "
        "model leans on it shows only in forms that it has not seen. The untuned model finds hurried "
        "questions hard too, so its own loss is taken off; and where few facts are asked, an interval that "
        "reaches 0 may hide a real loss.",
    ),
    Prediction(
        "8.p12",
        "One adapter is trained with passages in its prompts, one on the same pairs without. Each is served "
        "both ways. Which of the four combinations will keep the house style least?",
        "A reply follows the prompt that stands before it. An adapter that never saw passages, or never saw "
        "a prompt without any, is asked to carry its habit to prompts of another length and look. It may "
        "carry it in one direction and not in the other.",
    ),
    Prediction(
        "8.p3",
        "One training teaches facts that the model knows, another as many invented facts of the same kinds. "
        "After which of the two has it lost more of the other facts that it knew?",
        "If the invented facts cost more, this is the usual reason: what is known needs little change to be "
        "said again, while an invented fact fits nothing that is there, and the weights that must store it "
        "serve other facts already. Gekhman and others (2024) saw such examples learned late, and the harm "
        "begin as they were. If not, look whether they were learned at all.",
    ),
    Prediction(
        "8.p4",
        "One pair in ten says that the documents do not say. After that training, will the model say so "
        "where it should more often than before, as often, or less often?",
        "Pairs that always answer teach to answer always. A few refusals teach when to refuse only if they "
        "are like those that are asked for later; how many it takes is what the sweep over their share "
        "asks.",
    ),
    Prediction(
        "8.p5",
        "A model is tuned on facts, each asked in several wordings. What share does the best way get "
        "right in a wording that no training used?",
        "Recall of the trained wording says that the training took, no more. Do more wordings close the gap, "
        "as they did in pretraining (Allen-Zhu and Li 2023)? Hold the numbers of wordings in the figure "
        "against one another. The questions are held out by fact and by wording, and facts of the same "
        "subject that were not taught show what guessing gives.",
    ),
    Prediction(
        "8.p11",
        "A model was taught facts, and the next edition is taught on top: facts that changed, and new ones. "
        "Some of the first facts stayed as they are, and nobody mentions them. What share of these does it "
        "still state?",
        "The second training asks for its own pairs and nothing else, and it writes into the same weights "
        "as the first. How much of what is not mentioned survives depends on rates and steps. To keep it, "
        "rehearse it, teach everything anew, or look it up.",
    ),
    Prediction(
        "8.p6",
        "A quarter of your examples are faulty. What helps more: dropping the worst fifth, or twice as many "
        "of the same kind?",
        "A model that always writes the likeliest token says what most examples say. So scattered faults may "
        "cost less than one fears, and faults that agree with each other more. The budget may matter: at "
        "equal steps a larger set is not trained longer, at equal epochs it is. Where an interval reaches 0, "
        "the winner is open.",
    ),
    Prediction(
        "8.p7",
        "How often must a secret stand in the training set, read once, until the model prefers it to nearly "
        "all of a thousand others: 1, 4, 16 or 64 times?",
        "Exposure grows with repetition, and rate and method move the point. Duplicates are what makes rare "
        "text memorable, so removing them is the first defence (Lee et al. 2022).",
    ),
    Prediction(
        "8.p13",
        "PINs lie in an index, a passage each, and each is asked for by the name of its owner. How many of "
        "ten come among the sources? And how many where a filter keeps their passages from the search?",
        "A search finds what a question names; that is its work, and a secret is a passage like any other. "
        "A filter that stands before the search can go by who asks, whatever the words; here it keeps the "
        "PINs from everybody. In a model's weights there is no such place.",
    ),
    Prediction(
        "8.p8",
        "A student with a third of the layers learns from the teacher's logits. What share of the teacher's "
        "right values does it keep?",
        "A form may need few layers, while reading a passage and copying the right value may need several "
        "that work together. So a small student may keep the one and lose the other: score both.",
    ),
    Prediction(
        "8.p14",
        "The base was tuned a little further, on plain answers, and the adapter is put on it as it is. Does "
        "the house style drop by more than the exam's interval?",
        "An adapter is a change to weights that are no longer quite there. The nearer the new base, the "
        "more of it survives, and nobody can read off the shapes how near that is. A short exam sees a "
        "large drop; a small one takes more questions.",
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
        "LoRA usually wants a higher rate than full tuning; reports say about ten times as high. At one "
        "rate for both, one of them is compared at the wrong place. Sweep each, and read both off at the "
        "same score on new examples.",
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
        "A tuned model recalls its facts in the trained wording and fails in others. What do you conclude?",
        (
            "The training did not take.",
            "It learned the wording's reply, not the fact: tell each fact in more ways, or retrieve it.",
            "The rank of the adapter is too low.",
        ),
        "B",
        "Recall shows that the training took. What is tied to one form of words has to be told in many, as "
        "Allen-Zhu and Li show, or looked up.",
    ),
    QuizQuestion(
        "A planted secret has an exposure of 9.97 bits among 1,000 candidates. What does that mean?",
        (
            "The model finds it likelier than every other candidate.",
            "The model says it in one reply of a thousand.",
            "It is safe, since 9.97 is below 10.",
        ),
        "A",
        "log2 of 1,000 is 9.97: the secret has rank 1. An attacker who ranks the candidates guesses it at "
        "once.",
    ),
    QuizQuestion(
        "Your provider replaced the base under the same name. What tells you whether your adapter still "
        "works?",
        (
            "That it loads without an error.",
            "Its training loss.",
            "Its exam, sat again and compared question by question with its card.",
        ),
        "C",
        "Any base of the same shape loads. The fingerprint says that something changed, the exam whether it "
        "matters.",
    ),
)
