"""Any folder becomes documents that the library takes; a bad file is named, and the others are read."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from course_lib.corpus import LoadedFolder, load_folder
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, load_documents
from course_lib.errors import DataError
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex
from course_lib.runtime import DATA

PAGE = """<!doctype html><html><head><title>Returns</title></head><body><nav>Home</nav>
<h1>Returns</h1><p>You may send a thing back within 45 days.</p></body></html>"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def only(folder: Path, name: str, content: str | bytes) -> Document:
    """The one document of a folder that holds one file."""
    write(folder / name, content)
    loaded = load_folder(folder)
    assert loaded.problems == ()
    [document] = loaded.documents
    return document


def problem(folder: Path, name: str, content: str | bytes) -> str:
    """What is said about one bad file; its good neighbour is loaded all the same."""
    write(folder / name, content)
    write(folder / "good.md", "# Good\n\nIt holds 1.7 litres.")
    loaded = load_folder(folder)
    assert [each.id for each in loaded.documents] == ["good.md"]
    [found] = loaded.problems
    assert isinstance(found, DataError) and found.next_step
    assert Path(name).name in found.problem
    return str(found)


@pytest.fixture
def folder(tmp_path, write_pdf):
    """One good file of each kind, two bad ones, and what is passed over."""
    root = tmp_path / "mine"
    write(root / "products/kettle.md", "# Harbour Kettle\n\n## Facts\n\nIt holds 1.7 litres, weighs 412 g.")
    write(root / "notes.txt", "The office is closed on the second Friday of May.")
    write(root / "policies/returns.HTML", PAGE)
    write_pdf(root / "runbooks/gateway.pdf", "The till gateway listens on port 8443.", title="Gateway")
    write(root / "broken.md", b"caf\xe9")
    write_pdf(root / "scan.pdf", "")
    write(root / ".git/config.md", "# Hidden")
    write(root / "products/.draft.md", "# Hidden too")
    write(root / "products/photo.png", b"\x89PNG")
    return root


def test_good_files_are_loaded_in_order_and_bad_ones_named(folder):
    loaded = load_folder(folder)
    assert isinstance(loaded, LoadedFolder)
    assert [(each.id, each.title, each.domain) for each in loaded.documents] == [
        ("notes.txt", "notes", ""),
        ("policies/returns.HTML", "Returns", "policies"),
        ("products/kettle.md", "Harbour Kettle", "products"),
        ("runbooks/gateway.pdf", "Gateway", "runbooks"),
    ]
    assert {(each.edition, each.effective, each.supersedes, each.origin) for each in loaded.documents} == {
        ("", "", None, "written")
    }
    broken, scan, others = (str(each) for each in loaded.problems)
    assert "broken.md is not UTF-8" in broken and "scan.pdf has no text layer" in scan
    assert "products/photo.png" in others and ".pdf" in others
    assert load_folder(str(folder)).documents == loaded.documents


def test_edition_and_domain_can_be_given(folder):
    loaded = load_folder(folder, edition="2026", domain="house")
    assert {(each.edition, each.domain) for each in loaded.documents} == {("2026", "house")}
    assert {(chunk.edition, chunk.domain) for chunk in split(loaded.documents)} == {("2026", "house")}


def test_a_folder_is_searched_and_answered_from(folder, llama, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    chunks = split(load_folder(folder).documents)
    assert len({chunk.id for chunk in chunks}) == len(chunks) == 4
    index = ExactIndex(chunks, load_embedder())
    asked = {
        "What does the kettle weigh?": "products/kettle.md",
        "Within how many days can I return something?": "policies/returns.HTML",
        "Which port does the gateway use?": "runbooks/gateway.pdf",
        "When is the office closed?": "notes.txt",
    }
    found = index.search_many(list(asked), 1)
    assert [hits[0].chunk.document_id for hits in found] == list(asked.values())
    rag = RagPipeline(index, load_language_model(llama), k=1)
    answer = rag.answer("What does the kettle weigh?", max_new_tokens=4)
    assert answer.hits[0].chunk.text == "It holds 1.7 litres, weighs 412 g." and answer.reply.prompt_tokens


@pytest.mark.skipif(not (DATA / "manifest.json").is_file(), reason="the course's data are not here")
def test_the_courses_own_documents_come_out_as_load_documents_gives_them():
    loaded = load_folder(DATA / "knowledge_base", edition="of nothing", domain="of nothing")
    assert list(loaded.documents) == load_documents() and loaded.problems == ()


def test_a_missing_folder_a_file_and_nothing_to_read_are_refused(tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        load_folder(tmp_path / "nothing")
    with pytest.raises(DataError, match="is a file"):
        load_folder(write(tmp_path / "a.md", "# A"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="nothing that can be read"):
        load_folder(tmp_path / "empty")
    write(tmp_path / "bad/a.md", b"\xff")
    write(tmp_path / "bad/b.docx", b"PK")
    with pytest.raises(DataError, match="nothing that can be read") as caught:
        load_folder(tmp_path / "bad")
    assert "a.md is not UTF-8" in str(caught.value) and "b.docx" in str(caught.value)
    assert ".md" in caught.value.allowed


def test_front_matter_states_what_it_states(tmp_path):
    front = "title: The  Kettle\ndate: 2026-02-01T10:00:00\ndomain: goods\nedition: 2026\nid: k"
    document = only(tmp_path, "a/b.md", f"---\n{front}\n---\n# Kettle\n\nIt holds 1.7 litres.\n")
    assert (document.id, document.title) == ("a/b.md", "The Kettle")  # an id alone is not the course's own
    assert (document.effective, document.domain, document.edition) == ("2026-02-01", "goods", "2026")
    assert document.text == "# Kettle\n\nIt holds 1.7 litres."


def test_a_rule_at_the_beginning_is_no_front_matter(tmp_path):
    text = "---\n\nBetween two rules.\n\n---\n\nBelow."
    assert only(tmp_path, "a.md", text).text == text


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("---\ntitle: Kettle\n\nIt holds 1.7 litres.", "has no end"),
        ("---\ntitle: [Kettle\n---\n\nText.", "not YAML"),
        ("---\njust words\n---\n\nText.", "has no names"),
        ("---\ndate: 2026-02-30\n---\n\nText.", "'2026-02-30'"),
        ('---\ntitle: "\\ud83c"\n---\n\nText.', "half a character"),
        ("+++\ntitle: Kettle\n+++\n\nText.", "not TOML"),
        ("---\nv: !!int ''\n---\n\nText.", "not YAML"),
        ("---\nv: !!bool kettle\n---\n\nText.", "not YAML"),
        ("---\nv: !!timestamp kettle\n---\n\nText.", "not YAML"),
        (f"---\nv: {'[' * 3000}\n---\n\nText.", "not YAML"),
    ],
)
def test_broken_front_matter_is_named(tmp_path, front, said):
    assert said in problem(tmp_path, "bad.md", front)


def test_a_date_that_is_none_is_named(tmp_path):
    write(tmp_path / "bad.md", "---\neffective: next spring\n---\nText.")
    write(tmp_path / "good.md", "Text.")
    [found] = load_folder(tmp_path).problems
    assert "'next spring'" in str(found) and "bad.md" in str(found) and found.allowed == "YYYY-MM-DD"


@pytest.mark.parametrize("name", ["bad.md", "bad.txt", "bad.html"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"caf\xe9", "not UTF-8"),
        (b"", "holds no text"),
        (b" \n\n***\n", "holds no text"),
        (b"zero \0 bytes", "zero bytes"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, name, content, said):
    assert said in problem(tmp_path, name, content)


def test_a_page_without_words_holds_no_text(tmp_path):
    assert "holds no text" in problem(tmp_path, "bad.html", "<title>App</title><div id=root></div>")
    assert "holds no text" in problem(tmp_path, "bad.html", "<h1>Only a heading</h1>")


@pytest.mark.parametrize(
    ("page", "said"),
    [("<p>Text.<![foo[>", "is not HTML"), ('<meta charset="undefined"><p>Text.', "is not UNDEFINED text")],
)
def test_a_page_that_cannot_be_parsed_or_decoded_is_named(tmp_path, page, said):
    assert said in problem(tmp_path, "bad.html", page)


def test_a_name_that_is_not_utf8_is_said_in_letters_that_can_be_printed(tmp_path):
    try:
        write(tmp_path / os.fsdecode(b"caf\xe9.md"), "Text.")
        write(tmp_path / os.fsdecode(b"caf\xe9.png"), "Text.")
    except OSError:
        pytest.skip("this file system has names in UTF-8 alone")
    write(tmp_path / "good.md", "Text.")
    named, others = load_folder(tmp_path).problems
    assert "is not UTF-8" in str(named) and str(named).isprintable() is False
    for each in (named, others):
        assert "caf" in str(each) and str(each).encode("utf-8")


def test_an_id_used_twice_names_both_files(tmp_path):
    front = "id: PR-1\ntitle: A\ndomain: d\nedition: '1'\neffective: 2026-01-01\norigin: generated"
    own = f"---\n{front}\n---\n\nText."
    write(tmp_path / "a.md", own)
    write(tmp_path / "b.md", own)
    loaded = load_folder(tmp_path)
    assert [(each.id, each.origin) for each in loaded.documents] == [("PR-1", "generated")]
    assert all(name in str(loaded.problems[0]) for name in ("a.md", "b.md", "'PR-1'"))


def test_many_files_of_other_kinds_are_one_problem(tmp_path):
    for number in range(12):
        write(tmp_path / f"photo{number:02}.png", b"")
    write(tmp_path / "good.md", "Text.")
    [found] = load_folder(tmp_path).problems
    assert "photo09.png and 2 more" in str(found) and "photo10" not in str(found)


def test_links_are_not_followed(tmp_path):
    outside = write(tmp_path / "outside/secret.md", "# Secret")
    write(tmp_path / "mine/good.md", "Text.")
    try:
        (tmp_path / "mine/link.md").symlink_to(outside)
        (tmp_path / "mine/folder").symlink_to(outside.parent)
        (tmp_path / "mine/round").symlink_to(tmp_path / "mine")
    except OSError:
        pytest.skip("links need a right that this user lacks")
    loaded = load_folder(tmp_path / "mine")
    assert [each.id for each in loaded.documents] == ["good.md"]
    [found] = loaded.problems
    assert all(name in str(found) for name in ("link.md", "folder", "round"))


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are other things on Windows")
def test_what_may_not_be_opened_is_named():
    root = Path(tempfile.mkdtemp())  # pytest's own folder is closed to the user that root turns into
    locked, closed = write(root / "locked.md", "Text."), write(root / "closed/a.md", "Text.").parent
    write(root / "good.md", "Text.")
    root.chmod(0o755)
    locked.chmod(0)
    closed.chmod(0)
    was_root = os.geteuid() == 0
    try:
        if was_root:
            os.seteuid(65534)
        loaded = load_folder(root)
    finally:
        if was_root:
            os.seteuid(0)
        closed.chmod(0o755)
        shutil.rmtree(root)
    assert [each.id for each in loaded.documents] == ["good.md"]
    assert sorted(str(each).split("/")[-1] for each in loaded.problems) == [
        "closed cannot be read: Permission denied.",
        "locked.md cannot be read: Permission denied.",
    ]


def test_marks_and_line_ends_of_windows_go_away(tmp_path):
    text = b"\xef\xbb\xbf---\r\ntitle: Kettle\r\n---\r\n\r\nOne.\r\n\r\nTwo.\r\n"
    document = only(tmp_path, "a.md", text)
    assert (document.title, document.text) == ("Kettle", "One.\n\nTwo.")


def test_a_page_says_its_own_encoding(tmp_path):
    page = '<meta charset="iso-8859-1"><p>Der Wasserkessel faßt 1,7 Liter – “genau”.</p>'
    assert only(tmp_path, "a.html", page.encode("cp1252")).text.endswith("faßt 1,7 Liter – “genau”.")
    write(tmp_path / "b.html", "<meta charset=martian><p>Text.")
    assert "b.html is not MARTIAN text" in str(load_folder(tmp_path).problems[0])
