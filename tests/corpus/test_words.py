"""Words and sentences are those of their script; what has no end is counted by its length."""

import pytest

from course_lib.corpus.words import SENTENCE, WORD, count_words, parts, word_parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("保修期为两年。", ["保修", "期为", "两年。"]),
        ("USB端子は2つ", ["USB", "端子", "は", "2", "つ"]),
        ("สวัสดี ผม", ["สวั", "สดี", "ผม"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("12,5 kg – «Öl» | x", ["12,5", "kg", "«Öl»", "x"]),
        ("✓ 🎉 ½ ===== | ● •", ["✓", "🎉", "½"]),
        ("a" * 120, ["a" * 50, "a" * 50, "a" * 20]),
        ("…" * 9000, []),
    ],
)
def test_words_of_any_script(text, words):
    assert WORD.findall(text) == words and count_words(text) == len(words)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Er ging. Über das Öl. Das 3. Mal.", ["Er ging.", "Über das Öl.", "Das 3.", "Mal."]),
        ("请保留“收据。”谢谢！？好", ["请保留“收据。”", "谢谢！？", "好"]),
        ("यह है। वह है।", ["यह है।", "वह है।"]),
        ("¡No! ¿Qué? «Oui.» Et.", ["¡No!", "¿Qué?", "«Oui.»", "Et."]),
        ("e.g. this, 1.7 l. of", ["e.g. this, 1.7 l. of"]),
        ("Это чай. Он горячий.", ["Это чай.", "Он горячий."]),
    ],
)
def test_sentences_of_any_script(text, sentences):
    assert [text[start:end] for start, end in parts(text, 0, len(text), SENTENCE)] == sentences


def test_a_run_is_cut_before_its_words_and_loses_nothing():
    spans = list(word_parts("—保修期为 a", 0, 7))
    assert ["—保修期为 a"[start:end] for start, end in spans] == ["—保修", "期为 ", "a"]
