"""Front matter keeps its values as they are written, in YAML and in TOML; what cannot be a text is named."""

from pathlib import Path

import pytest

from course_lib.corpus.documents import read_document
from course_lib.corpus.front_matter import day, front_matter, stated, whole
from course_lib.errors import DataError

PATH = Path("page.md")


def value_of(line, mark="---"):
    values, below = front_matter(f"{mark}\n{line}\n{mark}\nText.", PATH)
    assert below == "Text."
    return stated(values, ["v"], PATH).get("v")


@pytest.mark.parametrize(
    "written",
    ["3.10", "1.0", "010", "0x1F", "1_000", "1e3", "no", "Yes", "off", "true", "12:30", "1:30:00"]
    + [
        "2026-01-02",
        ".5",
        "+7",
        "2026-01-02T10:00:00",
        "=",
        "0b_",
        ".nan",
        "2026-02-30",
        "10%",
        "v1.10",
        "№ 5",
    ],
)
def test_a_value_without_quotes_is_the_text_that_stands_there(written):
    assert value_of(f"v: {written}") == written
    assert value_of(f'v: "{written}"') == written


def test_nothing_is_none_unless_in_quotes():
    assert [value_of(line) for line in ("v:", "v: ~", "v: null", "v: 'null'")] == [None, None, None, "null"]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("v = 3.10", "3.10"),
        ("v = 7", "7"),
        ('v = "010"', "010"),
        ("v = true", "true"),
        ("v = 2026-01-02", "2026-01-02"),
        ("v = 2026-01-02T10:00:00Z", "2026-01-02T10:00:00+00:00"),
        ("v = 12:30:00", "12:30:00"),
        ("[params]\nv = 1", None),
    ],
)
def test_toml_stands_between_plus_signs(line, value):
    assert value_of(line, "+++") == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+++\ntitle = 'Kettle'\n\nText.", "has no end"),
        ("+++\ntitle: Kettle\n+++\nText.", "not TOML"),
        ("+++\nv = " + "[" * 3000 + "\n+++\nText.", "not TOML"),
        ("+++", "has no end"),
        ("---\n? [a]\n: b\n? {c: d}\n: e\n---\n", "not YAML"),
        ("---\nv: !secret x\n---\n", "not YAML"),
        ("---\nv: \x07\n---\n", "not YAML"),
    ],
)
def test_what_cannot_be_read_is_named(text, said):
    with pytest.raises(DataError, match=f"page.md .*{said}"):
        front_matter(text, PATH)


@pytest.mark.parametrize("line", ["v: [a, b]", "v: {a: b}", "v: !!binary aGk=", "v: !!set {a}"])
def test_a_value_that_is_no_text_is_named(line):
    with pytest.raises(DataError, match="'v' in the front matter of page.md is a "):
        value_of(line)


def test_a_list_that_grows_as_it_is_read_costs_nothing():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    values, _ = front_matter("---\n" + "\n".join(lines) + "\ntitle: Kettle\n---\n", PATH)
    assert stated(values, ["title", "domain"], PATH) == {"title": "Kettle"}


def test_the_two_halves_of_a_character_are_joined_and_one_alone_is_refused():
    assert value_of(r'v: "Tea \ud83c\udf75"') == "Tea 🍵" and value_of(r'v: "\U0001F375"') == "🍵"
    assert value_of(r"v: \ud83c") == r"\ud83c"  # no escape without quotes
    for line in (r'v: "\ud83c tea"', r'v: "\udf75\ud83c"'):
        with pytest.raises(DataError, match=r"'v' in the front matter of page.md holds half a character"):
            value_of(line)
    assert whole("a", "It") == "a"


def test_a_rule_and_an_empty_line_open_no_front_matter():
    rules = [
        "---\n\nBetween.\n\n---\n",
        "----\nx\n----\n",
        "++\nx\n++\n",
        "",
        "---",
        "Text.\n---\na: b\n---\n",
    ]
    for text in rules:
        assert front_matter(text, PATH) == ({}, text)
    assert front_matter("---\n---\nText.", PATH) == ({}, "Text.")


def test_a_date_is_a_day():
    assert (
        day("2026-02-01T10:00:00Z", PATH) == day(" 2026-02-01 ", PATH) == "2026-02-01" and day("", PATH) == ""
    )
    for value in ("2026-02-30", "next spring", "3.10", "12:30"):
        with pytest.raises(DataError, match="cannot be read"):
            day(value, PATH)


def test_the_courses_own_documents_may_not_hold_a_day_that_is_none(tmp_path):
    front = "id: A\ntitle: B\ndomain: c\nedition: 3.10\neffective: 2026-02-{}\norigin: written"
    for number, name in ((28, "good.md"), (30, "bad.md")):
        (tmp_path / name).write_text(f"---\n{front.format(number)}\n---\nText.", encoding="utf-8")
    assert read_document(tmp_path / "good.md").edition == "3.10"
    with pytest.raises(DataError, match=r"'2026-02-30' in the front matter of .*bad.md"):
        read_document(tmp_path / "bad.md")
