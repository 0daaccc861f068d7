"""Lesson 10: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "10.p1",
        "The right value in other words, against the reference itself with one number changed: in what share "
        "of such pairs does BERTScore put the right one first?",
        "All scores of this kind measure how alike two texts are. A sentence with one number changed is as "
        "alike as a wrong answer can be. BERTScore forgives other words, which is what it was made for; it "
        "does not know which of the words is the answer.",
    ),
    Prediction(
        "10.p2",
        "A judge sees the passage that decides, and never the label. How well will it agree with the labels: "
        "what is its kappa?",
        "A judge is a reader. It errs where it cannot read the passage, and if it is the model that "
        "answered, then it errs where that did. Agreement looks better than it is where one verdict is "
        "common; kappa takes that off.",
    ),
    Prediction(
        "10.p3",
        "The company changes its facts and nobody tells the index. Which of these move: the similarity of "
        "the best passage, the share of abstentions, the cost, the thumbs down, the right answers?",
        "A page that is merely out of date answers with the same words, the same similarity, the same length "
        "and the same certainty as before; if the similarity moved, *new* questions moved it. What moves on "
        "a dashboard is what is *new*; what is merely no longer true looks as it always did. The documents "
        "themselves know: watch what has been replaced.",
    ),
    Prediction(
        "10.p4",
        "Two versions are in truth the same. Somebody looks at the test every day for twenty days and stops "
        "as soon as p is below .05. In how many of a hundred such tests is a difference found?",
        "Each look is another chance to be fooled. The looks share data, so the chances do not simply add "
        "up, but they grow with every look, without end. The bound of 1.96 is made for one look.",
    ),
    Prediction(
        "10.p5",
        "The reference is a sentence of this year's page. For what share of the facts that changed does "
        "BERTScore put last year's sentence above this year's value in other words?",
        "A score of likeness counts what two texts share. A page that is merely out of date shares all words "
        "but one with the page that replaced it, and whoever says the new value in other words shares less.",
    ),
    Prediction(
        "10.p6",
        "Each pair is asked twice, places swapped. In what share of the pairs will the judge take the same "
        "place both times, whatever stands there?",
        "Two letters after one long prompt: what tells them apart has to be read out of the passage, and a "
        "habit is at hand without reading. So each pair is asked both ways: a judge that is asked one way "
        "only reports its habit as a preference.",
    ),
    Prediction(
        "10.p7",
        "Of 1,000 answers a judge gives verdicts to all, and people label some. From how many labels on is "
        "the corrected rate nearer to the truth than the judge alone?",
        "The judge's bias stays, however many answers it judges; the error of the correction falls with the "
        "root of the number of labels. The larger the bias, the sooner labels pay.",
    ),
    Prediction(
        "10.p8",
        "Only the surer half of the questions is answered, by all signals together. By how many points is "
        "that half right more often than all of them?",
        "A confidence can only sort what it sees. Similarity says that a page is on the subject, not that it "
        "states the value, nor that the model reads it rightly. What the model itself leaves open sorts too, "
        "so hold every score against that before you pay for it.",
    ),
    Prediction(
        "10.p9",
        "Version A reads one passage, version B four. Which is right more often, and by how many points?",
        "More passages hold the answer more often, and hold more that is not the answer. Which of the two "
        "weighs more depends on the reader, and an average over a few questions cannot say.",
    ),
    Prediction(
        "10.p10",
        "A gain is there, and one look at the planned size finds it in four of five tests. Whoever looks "
        "twenty times, with a bound that allows for that: in how many of a hundred tests do they find it?",
        "A higher bound is crossed less often, also where a gain is there. What is bought with it: a test "
        "may stop early, and often does where the gain is large.",
    ),
)

QUIZ = (
    QuizQuestion(
        "References are written by copying sentences from the passages. Who gains in ROUGE and BERTScore?",
        (
            "Whoever gives the right value.",
            "Whoever copies the passages, with the right value or not.",
            "Nobody: all are held against the same reference.",
        ),
        "B",
        "The score counts likeness to the reference, and the reference looks like the passage. A copy of "
        "last year's sentence is more alike than a right answer in other words.",
    ),
    QuizQuestion(
        "Nine in ten answers are right. A judge says *right* to all of them. What are its agreement and its "
        "kappa?",
        ("0.9 and 0.9", "0.9 and 0", "0.5 and 0"),
        "B",
        "It agrees on nine in ten and knows nothing: chance alone gives the same. Kappa is (0.9 − 0.9) / "
        "(1 − 0.9) = 0.",
    ),
    QuizQuestion(
        "Your judge is wrong about every fifth answer. How do you report a rate of right answers?",
        (
            "The judge's rate: with thousands of answers its errors cancel out.",
            "The judge's rate less its mean error on a random, labelled part, with the interval of both.",
            "Not at all, until the judge is better.",
        ),
        "B",
        "Errors do not cancel out, since a judge errs more one way than the other; more items only make the "
        "wrong rate more precise. Labels on a random part show the bias and take it off.",
    ),
    QuizQuestion(
        "You planned 1,000 answers a side. After 400 the test shows p = .03. What now?",
        (
            "Stop: it is significant.",
            "Go on to 1,000, or stop by a bound that was set for several looks.",
            "Double the size, to be sure.",
        ),
        "B",
        "The 5 % hold for one look at the planned size. Whoever looks more often needs a higher bound, "
        "chosen before the test.",
    ),
    QuizQuestion(
        "Thumbs up are 70 % of all clicks. What share of answers is right?",
        ("About 70 %.", "More: people complain more readily than they praise.", "The clicks do not say."),
        "C",
        "Who clicks has chosen to, and a wrong value that looks right gets no thumb down. Clicks find cases "
        "to read; a rate needs a random sample.",
    ),
)
