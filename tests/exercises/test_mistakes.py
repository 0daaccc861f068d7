"""Wrong answers as learners write them, each with the diagnosis that it must get.

The programs in the lessons' own lists are tested in test_lessons.py. Here stand other ways to the same
mistakes, and every mistake that is known by a sign; test_house_style.py has those of exercise 7.4.
"""

import math
import re

import numpy as np
import pytest

from course_lib.exercises.catalogue import find_exercise, lessons

norm = np.linalg.norm


def messages_with_a_filled_reply(instruction, examples, question):
    messages = [{"role": "system", "content": instruction}]
    for asked, answered in [*examples, (question, "")]:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return messages


def messages_without_answers(instruction, examples, question):
    shots = [{"role": "user", "content": f"{asked}\n{answered}"} for asked, answered in examples]
    return [{"role": "system", "content": instruction}, *shots, {"role": "user", "content": question}]


def messages_all_by_the_user(instruction, examples, question):
    texts = [instruction, *(text for pair in examples for text in pair), question]
    return [{"role": "user", "content": text} for text in texts]


def value_by_match_object(reply, value):
    reply, value = (" ".join(text.lower().split()) for text in (reply, value))
    return re.search(r"(?<!\w)(?<!\d[.,])" + re.escape(value) + r"(?!\w)(?![.,]\d)", reply)


def value_by_tokens(reply, value):
    words = re.findall(r"[\w.,]+", reply.casefold())
    wanted = re.findall(r"[\w.,]+", value.casefold())
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words)))


def value_before_digits_only(reply, value):
    reply, value = (" ".join(text.lower().split()) for text in (reply, value))
    return bool(re.search(r"(?<!\d)(?<!\d[.,])" + re.escape(value) + r"(?!\d)(?![.,]\d)", reply))


def interval_upside_down(scores, z=1.96):
    share, low, high = find_exercise("0.3").check.solution(scores, z)
    return share, high, low


def interval_with_unbalanced_brackets(scores, z=1.96):
    n, p = len(scores), sum(scores) / len(scores)
    half = z * math.sqrt(p * (1 - p) / n)
    return p, p - half, p + half


def cosine_row_lengths_down_the_columns(query, rows):
    return rows @ query / (norm(rows, axis=0) * norm(query))


def cosine_without_care_for_zero(query, rows):
    return np.array([np.dot(row, query) / (norm(row) * norm(query)) for row in rows])


def top_k_by_threshold(scores, k):
    return np.flatnonzero(scores >= np.sort(scores)[-k:][0])


def top_k_of_a_reversed_sort(scores, k):
    return np.argsort(scores, kind="stable")[::-1][:k]


def top_k_by_repeated_maximum(scores, k):
    scores, best = scores.copy(), []
    for _ in range(k):
        best.append(int(np.argmax(scores)))
        scores[best[-1]] = -np.inf
    return best if len(best) <= len(scores) else best[10**6]


def reciprocal(ranked, gold, k, first=1):
    return next((1 / i for i, d in enumerate(ranked[:k], start=first) if d in gold), 0.0)


def recall(ranked, gold, k):
    return len(gold & set(ranked[:k])) / len(gold)


def ndcg_with_rank_from_zero(ranked, gains, k):
    dcg = sum(gains.get(d, 0) / np.log2(i + 1) for i, d in enumerate(ranked[:k]))
    best = sum(g / np.log2(i + 1) for i, g in enumerate(sorted(gains.values(), reverse=True)[:k]))
    return np.float64(dcg) / best if best else 0.0


def ndcg_without_care_for_nothing(ranked, gains, k):
    dcg = sum(gains.get(d, 0) / math.log(i + 2) for i, d in enumerate(ranked[:k]))
    return dcg / sum(g / math.log(i + 2) for i, g in enumerate(sorted(gains.values(), reverse=True)[:k]))


def probe_with_append(centroids, lists, query, nprobe):
    found = []
    for i in ((centroids - query) ** 2).sum(axis=1).argsort()[:nprobe]:
        found.append(lists[i])
    return found


def probe_the_list_numbers(centroids, lists, query, nprobe):
    return list(((centroids - query) ** 2).sum(axis=1).argsort()[:nprobe])


def recall_place_by_place(approximate, exact):
    return sum(x == y for x, y in zip(approximate.ravel(), exact.ravel(), strict=True)) / exact.size


def recall_for_each_query(approximate, exact):
    return [len(set(x) & set(y)) / 10 for x, y in zip(approximate, exact, strict=True)]


def quantise_one_by_one(weights, levels, block, divide=lambda x, scale: x / scale if scale else 0.0):
    codes, scales = [], []
    for start in range(0, len(weights), block):
        part = weights[start : start + block]
        scales.append(max(abs(part)))
        codes += [int(np.argmin(abs(levels - divide(x, scales[-1])))) for x in part]
    return codes, scales


def labels_without_the_end(token_ids, assistant, end):
    labels, speaking = [], False
    for token in token_ids:
        speaking = speaking and token != end
        labels.append(token if speaking else -100)
        speaking = speaking or token == assistant
    return labels


def labels_with_the_marker(token_ids, assistant, end):
    labels, speaking = [], False
    for token in token_ids:
        speaking = speaking or token == assistant
        labels.append(token if speaking else -100)
        speaking = speaking and token != end
    return labels


def interval_by_a_loop(a, b, resamples, seed, cut=2.5, replace=True):
    rng, means = np.random.default_rng(seed), []
    for _ in range(resamples):
        chosen = rng.choice(len(a), size=len(a), replace=replace)
        means.append((a[chosen] - b[chosen]).mean())
    return np.percentile(means, cut), np.percentile(means, 100 - cut)


def interval_of_independent_draws(a, b, resamples, seed):
    rng, means = np.random.default_rng(seed), []
    for _ in range(resamples):
        means.append(rng.choice(a, len(a)).mean() - rng.choice(b, len(b)).mean())
    return np.percentile(means, 2.5), np.percentile(means, 97.5)


WRITTEN = [
    ("0.1", lambda i, e, q: f"{i}\n{e}\n{q}", "one-string"),
    ("0.1", lambda i, e, q: [i, *e, q], "not-dicts"),
    ("0.1", messages_all_by_the_user, "no-system"),
    ("0.1", messages_without_answers, "one-message-an-example"),
    ("0.1", messages_with_a_filled_reply, "ends-with-assistant"),
    ("0.2", value_by_match_object, "not-a-bool"),
    ("0.2", lambda reply, value: reply.find(value) >= 0, "plain-substring"),
    ("0.2", lambda reply, value: len(value) < len(reply), None),
    ("0.2", value_by_tokens, "full-stop"),
    ("0.2", value_before_digits_only, "inside-a-longer-word"),
    ("0.3", interval_with_unbalanced_brackets, "wald"),
    ("0.3", interval_upside_down, "ends-swapped"),
    ("0.3", lambda scores, z=1.96: (0.1, 0.9), "not-three"),
    ("1.1", lambda q, rows: [sum(q * row) for row in rows], "not-normalised"),
    ("1.1", lambda q, rows: (rows @ q)[:, None] / norm(rows, axis=1, keepdims=True) / norm(q), "wrong-shape"),
    ("1.1", lambda q, rows: q @ rows, "shapes-do-not-fit"),
    ("1.1", cosine_row_lengths_down_the_columns, "shapes-do-not-fit"),
    ("1.1", cosine_without_care_for_zero, "zero-vector"),
    ("1.2", lambda s, k: sorted(range(len(s)), key=lambda i: s[i])[:k], "ascending"),
    ("1.2", lambda s, k: sorted(s)[::-1][:k], "scores-not-positions"),
    ("1.2", top_k_of_a_reversed_sort, "ties"),
    ("1.2", top_k_by_threshold, "unsorted"),
    ("1.2", top_k_by_repeated_maximum, "k-above-n"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, k, first=0)), "rank-from-zero"),
    ("1.3", recall, "not-two"),
    ("1.3", lambda r, g, k: (sum(d in g for d in r[:k]) / len(g), reciprocal(r, g, k)), "counted-twice"),
    ("1.3", lambda r, g, k: (sum(d in g for d in r[:k]) / k, reciprocal(r, g, k)), "precision"),
    ("1.3", lambda r, g, k: (any(d in g for d in r[:k]), reciprocal(r, g, k)), "any-hit"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, 99)), "ignores-k"),
    ("1.3", lambda r, g, k: (recall(r, g, 99), reciprocal(r, g, 99)), "ignores-k"),
    ("1.3", lambda r, g, k: (recall(r, g, k), reciprocal(r, g, k, first=2)), "wrong-rank"),
    ("1.4", ndcg_with_rank_from_zero, "log-of-one"),
    ("1.4", ndcg_without_care_for_nothing, "nothing-to-gain"),
    ("3.3", lambda n, d, m, bits=8: n * d * 4, "not-two"),
    ("3.3", lambda n, d, m, bits=8: (n * d, n * m), None),
    ("3.3", lambda n, d, m, bits=8: (n * d * 4, math.ceil(n * m * bits / 8)), "no-codebooks"),
    ("3.2", probe_with_append, "nested"),
    ("3.2", probe_the_list_numbers, "list-numbers"),
    ("3.1", recall_place_by_place, "same-place"),
    ("3.1", recall_for_each_query, "not-one-number"),
    ("7.1", lambda w, x, b: quantise_one_by_one(w, x, b)[0], "not-two"),
    ("7.1", lambda w, x, b: (np.reshape(quantise_one_by_one(w, x, b)[0], (-1, b)), [1]), "codes-in-blocks"),
    ("7.1", lambda w, x, b: quantise_one_by_one(w, x, b, np.divide), "zero-block"),
    ("7.2", lambda bits, n, s, m, t: bits + (s + t / m), None),
    ("7.2", lambda bits, n, s, m, t: bits + t / n, "no-double"),
    ("7.3", labels_without_the_end, "end-left-out"),
    ("7.3", labels_with_the_marker, "marker-included"),
    ("9.1", interval_of_independent_draws, "unpaired"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s, cut=5), "ninety-percent"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s, replace=False), "no-width"),
    ("9.1", lambda a, b, r, s: interval_by_a_loop(a, b, r, s)[::-1], "ends-swapped"),
    ("9.1", lambda a, b, r, s: np.mean(a - b), "not-two"),
    ("9.2", lambda low, high, at_least=0.0: "confirmed" if low > at_least else "refuted", "other-words"),
    ("9.2", lambda low, high, at_least=0.0: "confirmed here" if low + high > 2 * at_least else "refuted here",
     "by-the-middle"),
    ("9.3", lambda table: np.subtract(*np.array(table)[::-1, 1]), "simple-effect"),
]


TESTED_HERE = {id for id, _, _ in WRITTEN}


@pytest.mark.parametrize(("id", "answer", "key"), WRITTEN)
def test_a_wrong_answer_gets_its_own_diagnosis(id, answer, key, diagnosed):
    diagnosed(id, answer, key)


@pytest.mark.parametrize("id", ["7.1", "9.1"])
def test_a_right_answer_in_other_words_is_correct(id):
    answer = {"7.1": quantise_one_by_one, "9.1": interval_by_a_loop}[id]
    assert type(find_exercise(id).check(answer)).__name__ == "Correct"


@pytest.mark.parametrize("seed", range(12))
def test_an_interval_from_another_stream_of_random_numbers_is_correct(seed):
    check = find_exercise("9.1").check
    found = check(lambda a, b, resamples, _: interval_by_a_loop(a, b, resamples, 1000 + seed))
    assert type(found).__name__ == "Correct"


def test_every_sign_has_been_seen():
    every = [(e.id, m) for lesson in lessons() for e in lesson.exercises for m in e.check.mistakes]
    signs = {(id, mistake.key) for id, mistake in every if mistake.wrong is None and id in TESTED_HERE}
    assert signs <= {(id, key) for id, _, key in WRITTEN}
