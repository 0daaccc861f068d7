"""The gold-passage arm reads what states the value, and nothing is lost before it reads."""

from dataclasses import replace

import pytest

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.errors import CourseError
from course_lib.evaluation.evidence import stated
from course_lib.experiments import GoldPassages, arms
from course_lib.experiments.arms import whole_arm, whole_documents
from course_lib.generation.language_model import LocalModel, load_language_model
from course_lib.generation.types import Reply
from course_lib.retrieval.filters import Filter


@pytest.fixture(scope="module")
def company():
    return split(load_documents("2026")), load_questions("test", "2026")


def test_every_answerable_test_question_gets_passages_of_its_gold_documents_that_state_its_value(company):
    chunks, questions = company
    known = [q for q in questions if q.value is not None]
    found = GoldPassages(known, chunks).search_many([q.text for q in known], 4)
    for question, hits in zip(known, found, strict=True):
        assert 1 <= len(hits) <= 4
        assert stated(question.value, [hit.chunk for hit in hits])
        assert {hit.chunk.document_id for hit in hits} <= set(question.gold)


def test_what_has_no_gold_passage_is_refused(company, ask):
    chunks, questions = company
    unknown = next(q for q in questions if q.value is None)
    nowhere = ask(1, value="no such value")
    for question in (unknown, nowhere):
        with pytest.raises(CourseError, match="No gold passage"):
            GoldPassages([question], chunks).search(question.text, 4)
    with pytest.raises(CourseError, match="Who are you"):
        GoldPassages(questions, chunks).search("Who are you?", 4)


def test_each_part_of_a_value_comes_before_what_states_a_part_again(ask, chunk):
    question = ask(1, value="412 g | 4 days", gold=("PR-201", "CU-201"))
    chunks = [chunk("PR-201", "412 g"), chunk("PR-201", "Again 412 g", 2), chunk("CU-201", "4 days")]
    hits = GoldPassages([question], chunks).search(question.text, 2)
    assert [hit.chunk.id for hit in hits] == ["PR-201#1", "CU-201#1"]


def test_a_filter_takes_gold_passages_away(ask, chunk):
    question = ask(1, value="412 g", gold=("PR-201", "CU-201"))
    chunks = [chunk("PR-201", "412 g"), replace(chunk("CU-201", "412 g"), domain="policies")]
    gold = GoldPassages([question], chunks)
    hits = gold.search(question.text, 2, Filter(domains=("policies",)))
    assert [hit.chunk.id for hit in hits] == ["CU-201#1"] and len(gold) == 2
    with pytest.raises(CourseError, match="No gold passage"):
        gold.search(question.text, 2, Filter(domains=("no such domain",)))


class Reads:
    """A model that replies with what it was asked, and notes its prompts."""

    def __init__(self):
        self.prompts = []

    def replies(self, conversations, batch_size=32, max_new_tokens=64):
        self.prompts += conversations
        texts = [messages[-1]["content"].rpartition("Question: ")[2] for messages in conversations]
        return [Reply(f"{text} [2].", 9, 3, {"prefill": 0.0, "decode": 0.0}) for text in texts]


def test_a_whole_domain_stands_in_the_prompt_of_the_questions_that_are_sent_to_it():
    documents, model = load_documents("2026"), Reads()
    sent = {"a": "products", "b": "handbook", "c": "products"}
    pages = whole_documents(documents)
    arm = whole_arm(arms.WHOLE, model, pages, lambda texts: [sent[text] for text in texts])
    answers = arm.answers(["a", "b", "c"])
    assert [answer.text for answer in answers] == ["a [2].", "b [2].", "c [2]."]
    for prompt in model.prompts:
        domain = sent[prompt[-1]["content"].rpartition("Question: ")[2]]
        assert all((d.text in prompt[-1]["content"]) == (d.domain == domain) for d in documents)
    second = [d.id for d in documents if d.domain == "products"][1]
    assert answers[0].citations == (second,) and len(answers[0].hits) > 10


def test_without_a_route_every_prompt_has_every_passage():
    pages, model = whole_documents(load_documents("2026")[:3]), Reads()
    answers = whole_arm(arms.WHOLE, model, pages).answers(["a", "b"])
    assert all(page.text in prompt[-1]["content"] for prompt in model.prompts for page in pages)
    assert [len(answer.hits) for answer in answers] == [3, 3]


def test_a_context_that_does_not_hold_a_domain_makes_no_arm(llama):
    model = load_language_model(llama)
    assert isinstance(model, LocalModel)
    assert whole_arm(arms.WHOLE, model, whole_documents(load_documents("2026")), lambda texts: texts) is None
