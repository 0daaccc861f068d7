"""Documents and questions are read as they stand; what is missing, altered or malformed does not get in."""

import hashlib
import json
from pathlib import Path

import pytest

from course_lib.corpus.documents import (
    Document,
    course_editions,
    editions,
    load_documents,
    load_questions,
    read_document,
)
from course_lib.errors import CourseError, DataError
from course_lib.manifest import verify_data

DOCUMENT = """---
id: {id}
title: {title}
domain: products
edition: "{edition}"
effective: {edition}-01-01
supersedes: {supersedes}
origin: written
---

# {title}

It holds 1.7 litres.
"""

QUESTION = {
    "id": "q1",
    "text": "How much does the Harbour Kettle hold?",
    "value": "1.7 litres",
    "gold": ["PR-251"],
    "domain": "products",
    "kind": "lookup",
    "phrasing": "plain",
    "origin": "written",
    "edition": "2026",
    "split": "test",
    "fact": "PR-51/volume",
}


def seal(folder: Path) -> None:
    """Write the manifest of a data folder as it stands."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    sums = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }
    (folder / "manifest.json").write_text(json.dumps({"files": sums}), encoding="utf-8")


def write_questions(folder: Path, *rows: dict) -> None:
    path = folder / "questions" / "test.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    seal(folder)


@pytest.fixture
def folder(tmp_path):
    """Two editions of a kettle, a lamp that is new in 2026, and three questions."""
    for edition, number, title, supersedes in [
        ("2026", "PR-252", "Pier Lamp", "null"),
        ("2026", "PR-251", "Harbour Kettle", "PR-151"),
        ("2025", "PR-151", "Harbour Kettle", "null"),
    ]:
        path = tmp_path / "knowledge_base" / edition / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = DOCUMENT.format(id=number, title=title, edition=edition, supersedes=supersedes)
        path.write_text(text, encoding="utf-8")
    old = QUESTION | {"id": "q2", "gold": ["PR-151"], "edition": "2025"}
    unanswerable = QUESTION | {"id": "q3", "gold": [], "value": None, "kind": "unanswerable"}
    write_questions(tmp_path, QUESTION, old, unanswerable)
    return tmp_path


def test_a_document_is_its_front_matter_and_its_body(folder):
    assert load_documents("2026", folder)[0] == Document(
        id="PR-251",
        title="Harbour Kettle",
        domain="products",
        edition="2026",
        effective="2026-01-01",
        supersedes="PR-151",
        origin="written",
        text="# Harbour Kettle\n\nIt holds 1.7 litres.",
    )


def test_documents_come_sorted_by_edition_and_id(folder):
    assert [each.id for each in load_documents(folder=folder)] == ["PR-151", "PR-251", "PR-252"]
    assert [each.id for each in load_documents(2025, folder)] == ["PR-151"]
    assert load_documents("2025", folder)[0].supersedes is None


def test_questions_come_in_file_order_and_by_edition(folder):
    questions = load_questions("test", folder=folder)
    assert [each.id for each in questions] == ["q1", "q2", "q3"]
    assert questions[0].gold == ("PR-251",)
    assert questions[2].gold == () and questions[2].value is None
    assert [each.id for each in load_questions("test", "2025", folder)] == ["q2"]


def test_verify_data_counts_what_it_verified(folder):
    assert verify_data(folder) == 4


@pytest.mark.parametrize("name", ["knowledge_base/2026/PR-251.md", "questions/test.jsonl"])
def test_a_missing_file_is_named_with_the_way_back(folder, name):
    (folder / name).unlink()
    for read in (
        lambda: (load_documents("2026", folder), load_questions("test", folder=folder)),
        lambda: verify_data(folder),
    ):
        with pytest.raises(DataError) as caught:
            read()
        assert name.split("/")[-1] in str(caught.value) and "missing" in str(caught.value)
        assert "git checkout data" in str(caught.value) and "make data" in str(caught.value)


@pytest.mark.parametrize("name", ["knowledge_base/2026/PR-251.md", "questions/test.jsonl"])
def test_an_altered_file_is_named_with_the_way_back(folder, name):
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace("1.7", "1.8"), encoding="utf-8")
    for read in (
        lambda: (load_documents("2026", folder), load_questions("test", folder=folder)),
        lambda: verify_data(folder),
    ):
        with pytest.raises(DataError, match="altered") as caught:
            read()
        assert path.name in str(caught.value) and "git checkout data" in str(caught.value)


def test_verify_data_names_every_bad_file_up_to_ten(folder):
    for path in (folder / "knowledge_base").rglob("*.md"):
        path.unlink()
    with pytest.raises(DataError) as caught:
        verify_data(folder)
    assert all(name in str(caught.value) for name in ("PR-151", "PR-251", "PR-252"))
    manifest = {"files": {f"file{number}": "0" for number in range(12)}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError, match="and 2 more"):
        verify_data(folder)


def test_a_file_that_the_manifest_does_not_know_is_refused(folder):
    (folder / "knowledge_base/2026/PR-299.md").write_text("draft", encoding="utf-8")
    with pytest.raises(DataError, match=r"PR-299.md is not in the manifest"):
        load_documents("2026", folder)
    assert len(load_documents("2025", folder)) == 1


@pytest.mark.parametrize("content", [None, "[]", "{}", '{"files": []}', "{"])
def test_a_missing_or_broken_manifest_is_said(folder, content):
    (folder / "manifest.json").unlink()
    if content is not None:
        (folder / "manifest.json").write_text(content, encoding="utf-8")
    for read in (lambda: load_documents(folder=folder), lambda: load_questions("dev", folder=folder)):
        with pytest.raises(DataError, match="manifest.json"):
            read()


def test_an_edition_or_split_that_does_not_exist_gets_the_list(folder):
    with pytest.raises(DataError, match="Allowed: 2025, 2026"):
        load_documents("2027", folder)
    with pytest.raises(DataError, match="Allowed: 2025, 2026"):
        load_questions("test", "2027", folder)
    with pytest.raises(DataError, match="Allowed: train, dev, test"):
        load_questions("exam", folder=folder)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# No front matter\n", "front matter"),
        ("---\nid: PR-251\n", "front matter"),
        ("---\nid: [PR-251\n---\ntext", "not YAML"),
        ("---\neffective: [2026]\n---\ntext", "'effective'"),
        (f"---\nid: {'[' * 3000}\n---\ntext", "not YAML"),
        ("---\nid: PR-251\ntitle: Kettle\n---\ntext", "'domain', 'edition', 'effective', 'origin'"),
        ("---\njust words\n---\ntext", "'id'"),
    ],
)
def test_a_malformed_document_is_named_with_what_is_wrong(folder, text, problem):
    path = folder / "knowledge_base/2026/PR-251.md"
    path.write_text(text, encoding="utf-8")
    seal(folder)
    with pytest.raises(DataError, match="PR-251.md") as caught:
        load_documents("2026", folder)
    assert problem in str(caught.value)


def test_a_document_of_ones_own_needs_no_manifest(tmp_path, folder):
    source = folder / "knowledge_base/2026/PR-252.md"
    mine = tmp_path / "mine.md"
    mine.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert read_document(mine) == read_document(source)
    with pytest.raises(CourseError, match="missing"):
        read_document(tmp_path / "nothing.md")


def test_editions_are_what_the_documents_say_that_they_supersede():
    def document(id, supersedes):
        return Document(id, "T", "products", "2026", "2026-01-01", supersedes, "written", "text")

    chain = [document("c", "b"), document("b", "a"), document("other", None), document("x", "y")]
    assert editions(chain) == {"c": "a", "b": "a", "other": "other", "x": "y"}
    assert set(editions([document("a", "b"), document("b", "a")])) == {"a", "b"}  # a circle comes to an end
    ours = course_editions()
    assert ours["PR-207"] == ours["PR-107"] == "PR-107" and ours["PR-208"] != ours["PR-207"]
