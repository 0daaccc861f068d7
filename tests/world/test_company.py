import re

import pytest

from course_lib import files
from course_lib.corpus.documents import load_documents
from course_lib.runtime import DATA
from course_lib.world import asking, company, style_pairs
from course_lib.world.build import build
from course_lib.world.company_names import company_names


def test_the_generated_data_comes_out_byte_for_byte(tmp_path):
    build(tmp_path)
    made = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert len(made) > 120
    assert {name: (DATA / name).read_bytes() for name in made} == made


def test_the_manifest_names_every_file_that_is_made():
    listed = set(files.read_json(DATA / "manifest.json")["files"])
    on_disk = {p.relative_to(DATA).as_posix() for p in (DATA / "knowledge_base").rglob("*.md")}
    assert on_disk <= listed


def test_about_120_documents_in_four_domains_and_at_least_30_by_hand():
    documents = load_documents()
    assert 110 <= len(documents) <= 130
    assert {d.domain for d in documents} == {"products", "policies", "handbook", "runbooks"}
    assert len({(d.title, d.domain) for d in documents if d.origin == "written"}) >= 30


def test_some_documents_vanish_and_some_are_new():
    families = {e: {f"{d.id[:3]}{d.id[4:]}" for d in load_documents(e)} for e in ("2025", "2026")}
    assert families["2025"] - families["2026"]
    assert families["2026"] - families["2025"]
    stayed = [d for d in load_documents("2026") if f"{d.id[:3]}{d.id[4:]}" in families["2025"]]
    assert all(d.supersedes for d in stayed)


def test_about_a_fifth_of_the_generated_facts_change():
    values = {}
    for s in company.statements():
        values.setdefault(s.key, {})[s.edition] = s.fact.value
    both = [v for v in values.values() if len(v) == 2]
    assert 0.15 < sum(v["2025"] != v["2026"] for v in both) / len(both) < 0.25


@pytest.mark.parametrize("statement", company.statements()[::40], ids=lambda s: s.key)
def test_a_document_says_what_its_statement_says(statement):
    text = next(d.text for d in load_documents(statement.edition) if d.id == statement.document_id)
    assert statement.fact.value in text
    assert statement.fact.subject.lower() in text.lower()
    assert f"## {statement.heading}" in text


def test_edition_marks_are_resolved():
    assert not [d.id for d in load_documents() if re.search(r"\{\{|\}\}|(?<!\|)\|\}", d.text)]


def test_every_value_stands_in_its_gold_document():
    texts = {d.id: re.sub(r"\s+", " ", d.text) for d in load_documents()}
    for questions in asking.build_questions().values():
        for q in questions:
            if q.value is not None:
                for value, gold in zip(q.value.split(" | "), q.gold, strict=True):
                    assert value in texts[gold], q.id


def test_splits_share_no_fact_and_test_templates_no_training_question():
    splits = asking.build_questions()
    facts = {name: {q.fact for q in questions} for name, questions in splits.items()}
    assert not facts["train"] & facts["test"]
    assert not facts["dev"] & facts["test"]
    taught = {text.lower() for row in asking.knowledge() for text in row["phrasings"]}
    assert not [q.text for q in splits["test"] if q.text.lower() in taught]


def test_there_are_questions_of_every_kind_and_three_phrasings():
    test = [q for q in asking.build_questions()["test"] if q.edition == "2026"]
    assert len(test) >= 300
    kinds = {"lookup", "table", "versioned", "jargon", "unanswerable", "multi-document"}
    assert {q.kind for q in test} == kinds
    assert {q.phrasing for q in test} == {"plain", "casual", "misspelt"}
    assert {q.origin for q in test} == {"generated", "written"}


def test_every_fact_is_asked_in_three_phrasings():
    for questions in asking.build_questions().values():
        phrasings = {}
        for q in questions:
            phrasings.setdefault((q.fact, q.edition), set()).add(q.phrasing)
        assert all(each == {"plain", "casual", "misspelt"} for each in phrasings.values())


def test_the_values_of_the_company_can_be_believed():
    said = {s.fact.relation.id: [] for s in company.statements()}
    for s in company.statements():
        said[s.fact.relation.id].append(s.fact.value)
    assert all(70 <= int(v.removesuffix(" cm")) <= 250 for v in said["cord_length"])
    assert all(400 <= int(v.removesuffix(" watts")) <= 2400 for v in said["power"])
    assert not {"cotton", "wool", "rubber"} & set(said["body_material"])
    assert all(int(v[-4:]) <= 2024 for v in said["launch_date"])


def test_question_ids_are_unique():
    ids = [q.id for questions in asking.build_questions().values() for q in questions]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_wren_never_meets_a_name_of_the_company():
    from random import Random

    from course_lib.world.wren.curriculum import draw

    rng = Random(5)
    text = "\n".join(m["content"] for i in range(400) for m in draw(rng, 0.5)).lower()
    assert not [name for name in company_names() if name.lower() in text]


def test_the_curated_style_set_complies_and_is_answered_by_its_passages():
    from course_lib.corpus.chunking import split
    from course_lib.evaluation.answers import complies

    chunks = {c.id: c for c in split(load_documents("2025"))}
    rows = style_pairs.build_curated()
    assert len(rows) == style_pairs.CURATED
    for row in rows:
        assert complies(row["reply"]) == (True, ())
        held = any(row["value"] and row["value"] in chunks[c].text for c in row["passages"])
        assert held or row["source"] is None


def test_noise_is_labelled_by_kind_and_untouched_rows_are_untouched():
    from course_lib.evaluation.answers import complies

    curated = style_pairs.build_curated()
    noisy = style_pairs.build_noisy(curated)
    assert {row["noise"] for row in noisy} == {None, *style_pairs.NOISE}
    for before, after in zip(curated, noisy, strict=True):
        if after["noise"] is None:
            assert after["reply"] == before["reply"]
        elif after["noise"] in ("wrong schema", "wrong tone", "truncated"):
            assert not complies(after["reply"])[0], after
        elif after["noise"] == "wrong answer":
            assert complies(after["reply"])[0]
            assert before["value"] not in after["reply"]
