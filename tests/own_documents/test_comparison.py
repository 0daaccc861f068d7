"""From a folder to a report, with a model that answers nonsense and a server that dies; and once more."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from course_lib import files
from course_lib.corpus.folder import load_folder
from course_lib.errors import CourseError, DataError, ModelError
from course_lib.experiments.arms import CLOSED_BOOK, GOLD, RAG
from course_lib.experiments.table import STAGES
from course_lib.generation.language_model import LocalModel
from course_lib.own_documents import compare_folder, draft_questions, write_drafts
from course_lib.own_documents.results import COLUMNS
from course_lib.own_documents.ways import EVERYTHING, EXAMPLES

pytestmark = pytest.mark.slow  # an embedding model is loaded


def quiet(text):
    pass


def same(table):
    return table.drop(columns=list(STAGES))


def test_a_folder_becomes_a_report_and_is_not_asked_twice(shop, sheet, babbler, tmp_path, monkeypatch):
    said = []
    settings = {"work": tmp_path / "work", "model": babbler, "answers": {"change": "daily"}}
    found = compare_folder(shop, sheet, **settings, say=said.append)
    assert found.documents == 5 and found.missing == 0
    (note,) = found.notes
    assert note.startswith("2 of your questions serve as worked examples and are not asked: '")
    arms = found.table.groupby("arm", sort=False).size().to_dict()
    assert list(arms) == [CLOSED_BOOK, RAG, EVERYTHING, EXAMPLES, GOLD]
    assert arms[CLOSED_BOOK] == arms[RAG] == arms[EVERYTHING] == arms[EXAMPLES] == found.questions < 20
    whole = found.table[found.table["arm"] == EVERYTHING]
    assert (whole["passages"].map(len) == found.passages).all() and whole["evidence"].sum() > 10
    assert not found.table["correct"].all() and found.table["reply"].str.len().gt(0).any()
    written = pd.read_csv(found.answers, keep_default_na=False)
    assert list(written.columns) == list(COLUMNS) and len(written) == len(found.table)
    told = files.read_json(found.results)
    command = "python -m course_lib compare --docs shop --questions questions.csv --model"
    assert told["command"] == f"{command} {told['model']}"
    assert str(tmp_path) not in found.results.read_text(encoding="utf-8")
    assert "change: daily or weekly" in " ".join(found.advice) and "knowledge change" not in found.advice
    page = found.report.read_text(encoding="utf-8")
    assert "What follows" in page and str(tmp_path) not in page
    assert any("answers that are kept are not asked for" in line for line in said)

    def nobody(*arguments, **settings):
        raise AssertionError("nothing is asked again")

    monkeypatch.setattr("course_lib.generation.language_model.LocalModel.replies", nobody)
    again = compare_folder(shop, sheet, **settings, say=quiet)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_a_corrected_answer_is_scored_anew_and_only_a_new_question_is_asked(
    shop, sheet, babbler, tmp_path, monkeypatch
):
    settings = {"work": tmp_path / "work", "model": babbler, "store": "faiss", "say": quiet}
    before = compare_folder(shop, sheet, **settings)
    text = sheet.read_text(encoding="utf-8").replace("85 km,rental.md", "60 km,")
    sheet.write_text(text + "Do you sell unicycles?,,,\n", encoding="utf-8")
    asked, real = [], LocalModel.replies

    def counted(self, conversations, *arguments, **more):
        asked.extend(each[-1]["content"] for each in conversations)
        return real(self, conversations, *arguments, **more)

    monkeypatch.setattr(LocalModel, "replies", counted)
    after = compare_folder(shop, sheet, **settings)
    plain = [each for each in asked if each.startswith("Question:")]
    assert plain == ["Question: Do you sell unicycles?"]
    assert all(each.endswith("unicycles?") for each in asked), "nor is any asked again with passages"
    rows = after.table[after.table["text"] == "How far does the E-bike Swift go?"]
    assert set(rows["value"]) == {"60 km"} and GOLD not in set(rows["arm"])
    assert set(before.table["question"]) < set(after.table["question"])


def test_an_answer_in_two_passages_costs_its_gold_row_where_a_prompt_has_one(shop, tmp_path, babbler):
    first, second = "# One\n\nThe bell of the shop costs 7 EUR.", "# Two\n\nThe horn of the shop weighs 90 g."
    (shop / "bell.md").write_text(first, encoding="utf-8")
    (shop / "horn.md").write_text(second, encoding="utf-8")
    questions = tmp_path / "two.csv"
    row = '"What does the bell cost, and what does the horn weigh?",7 EUR | 90 g,bell.md; horn.md'
    questions.write_text(f"question,answer,document\n{row}\n", encoding="utf-8")
    settings = {"work": tmp_path / "work", "model": babbler, "store": "faiss", "say": quiet}
    for passages, missing in ((1, 1), (2, 0)):
        found = compare_folder(shop, questions, passages=passages, **settings)
        assert found.missing == missing, "a row that says so, and no lost run"
        gold = found.table[found.table["arm"] == GOLD]
        assert gold["error"].ne("").sum() == missing and len(gold) == 1


def test_other_texts_are_drafted_from_and_compared(others, babbler, tmp_path):
    documents = load_folder(others).documents
    questions = write_drafts(tmp_path / "drafts.csv", draft_questions(documents, 12))
    found = compare_folder(
        others, questions, work=tmp_path / "work", model=babbler, store="faiss", form="parquet", say=quiet
    )
    assert found.documents == len(documents) and found.questions >= 10 and found.missing == 0
    assert len(pd.read_parquet(found.answers)) == len(found.table)
    assert any("are drafts" in note for note in found.notes)
    found_in = found.table[(found.table["arm"] == RAG)]["evidence"].mean()
    assert found_in >= 0.5, "a question in a document's own words is found"
    assert found.table[found.table["arm"] == GOLD]["evidence"].all()


@pytest.fixture
def server():
    """A server that answers so many requests, and then no more; its address, and how many it has left."""
    left = [0]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            left[0] -= 1
            if left[0] < 0:
                self.connection.close()
                return
            said = {"choices": [{"message": {"content": "It is 22 EUR [1]."}}], "usage": {"prompt_tokens": 5}}
            data = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://user:secret@127.0.0.1:{running.server_port}/v1#parrot", left
    running.shutdown()
    running.server_close()


def test_a_server_that_dies_costs_rows_that_say_so_and_no_run(shop, sheet, server, tmp_path, monkeypatch):
    address, left = server
    address = address.replace("user:secret@", "")
    monkeypatch.setattr("course_lib.generation.openai_backend.time.sleep", lambda seconds: None)
    settings = {"work": tmp_path / "work", "model": address, "store": "faiss", "say": quiet}
    left[0] = 20  # closed-book, and no more than a part of RAG
    broken = compare_folder(shop, sheet, **settings)
    assert "No way has all documents in the prompt: nobody knows the context of a server." in broken.notes
    came = broken.table["error"].eq("")
    assert broken.missing == int((~came).sum()) > 0 and came.any()
    assert broken.table[~came]["error"].str.contains("cannot be reached").all()
    assert not broken.table[~came][["asked", "answerable", "unanswerable"]].any().any()
    page = broken.report.read_text(encoding="utf-8")
    assert "answers did not come" in page and "model parrot" in page
    left[0] = 1_000
    whole = compare_folder(shop, sheet, **settings)
    assert whole.missing == 0 and len(whole.table) == len(broken.table)
    kept = broken.table[came]
    pd.testing.assert_frame_equal(same(whole.table.loc[kept.index]), same(kept), check_dtype=False)
    assert whole.table["decode"].gt(0).all()


def test_a_server_that_never_answers_is_told(shop, sheet, server, tmp_path, monkeypatch):
    monkeypatch.setattr("course_lib.generation.openai_backend.time.sleep", lambda seconds: None)
    with pytest.raises(CourseError, match="No answer came: .*cannot be reached") as told:
        compare_folder(
            shop, sheet, work=tmp_path / "work", model=server[0].replace("user:secret@", ""), say=quiet
        )
    assert "asks what is missing" in told.value.next_step


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"passages": 0}, "passages = 0"),
        ({"most": 1}, "most = 1"),
        ({"form": "xlsx"}, "form of results"),
        ({"quantize": "int8"}, "quantisation"),
        ({"store": "redis"}, "no store called"),
        ({"answers": {"weather": "fine"}}, "no question 'weather'"),
        ({"answers": {"change": "never"}}, "answer to 'change'"),
        ({"model": "http://127.0.0.1:1/v1#a", "tune": True}, "base URL cannot be tuned"),
        ({"model": "/nowhere/at/all"}, "no model folder"),
    ],
)
def test_what_cannot_be_is_told(settings, said, shop, sheet, tmp_path):
    with pytest.raises(CourseError, match=said):
        compare_folder(shop, sheet, work=tmp_path / "work", say=quiet, **{"store": "faiss"} | settings)


def test_an_empty_folder_and_a_missing_one_are_told(sheet, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds nothing that can be read"):
        compare_folder(tmp_path / "empty", sheet, work=tmp_path / "work", say=quiet)
    with pytest.raises(DataError, match="There is no folder"):
        compare_folder(tmp_path / "none", sheet, work=tmp_path / "work", say=quiet)
    assert issubclass(ModelError, CourseError)
