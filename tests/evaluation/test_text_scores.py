"""ROUGE against Google's rouge-score 0.1.2, BERTScore against its package and angles drawn on paper."""

import math

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.evaluation.text_scores import bertscore, bertscores, ranked_right, rouge_1, rouge_l
from course_lib.retrieval.embedding import load_embedder

# reply, reference, rouge1 and rougeL as rouge_score 0.1.2 gives them (fmeasure, use_stemmer=False)
SCORED = [
    ("The card costs 10 EUR.", "You pay 10 EUR for the card.", 2 / 3, 1 / 3),
    ("It is 9.5 mm thick, café-style", "Café style: 9.5 mm", 0.769231, 0.461538),
    ("a b c d e", "e d c b a", 1.0, 0.2),
    ("the the the", "the cat", 0.4, 0.4),
]
PAIRS = [
    ("The Elm Warranty Plan can be cancelled within 35 days.", "Change your mind within 35 days."),
    ("It weighs 412 g, the Harbour Kettle.", "The Harbour Kettle weighs 412 g."),
    ("Labour is free for 12 years.", "Labour is free for 25 years."),
    ("The same.", "The same."),
]


def tokens(*degrees):
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


def cosine(degrees):
    return math.cos(math.radians(degrees))


@pytest.mark.parametrize("reply, reference, one, longest", SCORED)
def test_rouge_is_that_of_the_reference_implementation(reply, reference, one, longest):
    assert rouge_1(reply, reference) == pytest.approx(one, abs=1e-6)
    assert rouge_l(reply, reference) == pytest.approx(longest, abs=1e-6)


def test_texts_without_words_share_nothing():
    assert rouge_1("", "a") == rouge_l("…", "a") == rouge_1("", "") == 0.0


def test_bertscore_takes_each_tokens_best_match():
    precision, recall, f1 = bertscore(tokens(0, 40, 90), tokens(10, 80))
    assert precision == pytest.approx((cosine(10) + cosine(30) + cosine(10)) / 3)
    assert recall == pytest.approx(cosine(10))
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert bertscore(tokens(30, 60), tokens(60, 30)) == pytest.approx((1, 1, 1))


def test_opposite_tokens_score_nothing():
    assert bertscore(tokens(0), tokens(180))[2] == 0.0


@pytest.mark.slow
def test_bertscores_are_those_of_the_package():
    from bert_score import BERTScorer

    embedder = load_embedder()
    replies, references = zip(*PAIRS, strict=True)
    theirs = BERTScorer(model_type=embedder.source, num_layers=6).score(list(replies), list(references))[2]
    ours = bertscores(replies, references, embedder)
    assert ours == pytest.approx(theirs.tolist(), abs=1e-5)
    assert ours[-1] == pytest.approx(1) and ours[2] > ours[0]  # the wrong number is nearer than other words
    assert bertscores(["", "a"], ["a b", ""], embedder) == [0.0, 0.0]


def test_a_tie_ranks_nothing():
    assert ranked_right([0.9, 0.5, 0.2], [0.1, 0.5, 0.7]).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: rouge_1(None, "a"),
        lambda: rouge_l("a", 3),
        lambda: bertscores(["a"], [], None),
        lambda: bertscores(["a"], [None], None),
        lambda: bertscore(tokens(0), np.ones((1, 3))),
        lambda: bertscore(np.zeros((0, 2)), tokens(0)),
        lambda: ranked_right([1.0], [1.0, 2.0]),
        lambda: ranked_right([], []),
    ],
)
def test_what_cannot_be_scored_is_told(wrong):
    with pytest.raises(CourseError):
        wrong()
