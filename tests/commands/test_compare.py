"""The command drafts where there are no questions, goes on with what it finds, and tells how it ended."""

import shutil
from pathlib import Path

import pytest

from course_lib.__main__ import main
from course_lib.corpus.folder import load_folder
from course_lib.own_documents import read_sheet

CORPUS = Path(__file__).parents[1] / "own_documents" / "corpus"


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """The workshop's documents in the folder from which the command is run."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(CORPUS, tmp_path / "docs", ignore=shutil.ignore_patterns("*.csv"))
    return tmp_path / "docs"


def test_without_questions_some_are_drafted_and_nothing_else_is_done(docs, capsys):
    assert main(["compare", "--docs", "docs", "--drafts", "8"]) == 0
    printed = capsys.readouterr().out
    path = Path("runs/compare-docs/questions.csv")
    assert f"8 were drafted into {path}" in printed and "run the same command again" in printed
    assert read_sheet(path, load_folder(docs).documents).drafts == 8
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--docs", "nowhere"], "There is no folder nowhere"),
        (["--docs", "docs", "--questions", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["--docs", "docs", "--questions", "q.csv", "--answer", "change"], "--answer change has no value"),
        (["--docs", "docs", "--questions", "q.csv", "--answer", "change=often"], "answer to 'change'"),
        (["--docs", "docs", "--questions", "q.csv", "--store", "redis"], "no store called"),
    ],
)
def test_what_makes_no_sense_is_told(arguments, said, docs, capsys):
    shutil.copy(CORPUS / "questions.csv", "q.csv")
    assert main(["compare", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_the_same_command_goes_on_with_the_drafts_to_the_report(docs, make, tmp_path, capsys):
    model = make("llama", tmp_path / "model", context=4096, hidden=32, inner=64)
    arguments = ["compare", "--docs", "docs", "--model", str(model), "--store", "faiss", "--drafts", "9"]
    assert main(arguments) == 0 and main(arguments) == 0
    printed = capsys.readouterr().out
    assert "9 of 9 questions are drafts" in printed and "right value" in printed and "Do: " in printed
    report = Path("runs/compare-docs/report.html")
    assert str(report.resolve()) in printed and report.stat().st_size > 20_000
