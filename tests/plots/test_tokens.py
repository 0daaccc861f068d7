"""One example token by token: what is learned is marked twice, and nothing in an example becomes markup."""

import re

import pytest

from course_lib.errors import CourseError
from course_lib.plots.tokens import show_tokens, tokens_html, tokens_text

TOKENS = ["<|user|>", "\nHow", " heavy", "?\n", "<|assistant|>", " 4", "12", "<|end|>"]
LABELS = [-100] * 5 + [7, 8, 2]


def test_learned_tokens_are_underlined_and_coloured():
    spans = re.findall(r'<span style="([^"]*)">(.*?)</span>', tokens_html(TOKENS, LABELS))
    assert len(spans) == len(TOKENS)
    learned = [text for style, text in spans if "border-bottom" in style and "background:#E69F00" in style]
    assert learned == ["·4", "12", "&lt;|end|&gt;"]
    assert spans[1][1] == "⏎How"


def test_as_text_learned_tokens_stand_in_brackets():
    assert tokens_text(TOKENS, LABELS) == "<|user|>⏎How\n·heavy?⏎\n<|assistant|>[·4][12][<|end|>]"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</span></div>",
        "&lt;",
        "a\x00\u202eb\x1b[",
    ],
)
def test_hostile_text_stays_text(hostile):
    page = tokens_html(["ok", hostile], [-100, 1])
    assert page.count("<span") == page.count("</span>") == 2 and page.count("<div") == 1
    assert not re.search(r"<(?!/?(span|div|br)\b)", page)
    assert "\u202e" not in page and "\x1b" not in page and "\x00" not in page


def test_outside_of_a_notebook_it_is_printed(capsys):
    show_tokens(TOKENS, LABELS)
    assert "[<|end|>]" in capsys.readouterr().out


def test_each_token_needs_a_label():
    with pytest.raises(CourseError, match="8 tokens and 7 labels"):
        tokens_html(TOKENS, LABELS[:-1])
