"""The pipeline from question to cited answer, on a real index and a miniature model."""

import hashlib

import numpy as np
import pytest

from course_lib import runtime
from course_lib.corpus.chunking import Chunk
from course_lib.errors import CourseError, PromptTooLong
from course_lib.generation.budget import count_tokens
from course_lib.generation.citations import cited
from course_lib.generation.language_model import load_language_model
from course_lib.generation.openai_backend import ServedModel
from course_lib.generation.prompts import HOUSE_STYLE, few_shot, format_passages, with_passages
from course_lib.generation.rag import RagPipeline
from course_lib.generation.types import Reply
from course_lib.retrieval.exact import ExactIndex
from course_lib.retrieval.filters import Filter, Filtered
from course_lib.retrieval.types import Hit

TEXTS = {"PR-201": "The kettle weighs 412 g.", "CU-207": "Returns: 30 days.", "IT-202": "Use port 8443."}
QUESTIONS = ["What does the kettle weigh?", "How many days for returns?", "Which port?"]


class WordEmbedder:
    """Texts as counts of hashed words: no meaning, but nearest is the text that shares words."""

    fingerprint = "words"
    dimension = 512

    def embed(self, texts):
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace("?", "").replace(".", "").replace(":", "").split():
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return rows


def chunk(document_id, text):
    return Chunk(f"{document_id}#1", document_id, "A title", "", text, "2026", "products", 0, len(text))


@pytest.fixture(scope="module")
def model(llama):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROFILE", "tiny")
        patch.setattr(runtime, "_current", None)
        return load_language_model(llama)


@pytest.fixture(scope="module")
def index():
    return ExactIndex([chunk(*item) for item in TEXTS.items()], WordEmbedder())


def test_an_answer_is_the_models_reply_to_the_retrieved_passages(index, model):
    rag = RagPipeline(index, model, k=2)
    answer = rag.answer(QUESTIONS[0], max_new_tokens=8)
    hits = index.search(QUESTIONS[0], 2)
    assert answer.hits == tuple(hits) and hits[0].chunk.document_id == "PR-201"
    expected = model.reply(with_passages(QUESTIONS[0], [hit.chunk for hit in hits]), max_new_tokens=8)
    assert answer.text == expected.text
    assert answer.reply.prompt_tokens == expected.prompt_tokens
    assert set(answer.seconds) == {"retrieve", "prefill", "decode"}
    assert answer.seconds["prefill"] == answer.reply.seconds["prefill"] and min(answer.seconds.values()) > 0


def test_many_answers_are_those_of_one_by_one(index, model):
    rag = RagPipeline(index, model, k=1)
    many = rag.answers(QUESTIONS, max_new_tokens=6)
    assert [a.text for a in many] == [rag.answer(q, max_new_tokens=6).text for q in QUESTIONS]
    assert [a.hits[0].chunk.document_id for a in many] == list(TEXTS)
    assert rag.answers([]) == []


def test_the_style_reaches_the_model(index, model):
    plain = RagPipeline(index, model, k=1).answer(QUESTIONS[0], max_new_tokens=1)
    with pytest.raises(PromptTooLong):  # the instruction alone is about 200 of the miniature's 256 tokens
        RagPipeline(index, model, k=3, style=HOUSE_STYLE).answer(QUESTIONS[0])
    styled = RagPipeline(index, model, k=1, style="Be brief.").answer(QUESTIONS[0], max_new_tokens=1)
    assert styled.reply.prompt_tokens > plain.reply.prompt_tokens


@pytest.mark.parametrize("question", ["", "  \n", None])
def test_an_empty_question_is_told_by_its_number(index, model, question):
    with pytest.raises(CourseError, match="Question 2 is empty"):
        RagPipeline(index, model).answers(["Why?", question])


def room_for(model, hits):
    return count_tokens(model, format_passages([hit.chunk for hit in hits]))


def test_the_budget_drops_whole_passages_from_the_end_and_says_which(index, model):
    hits = index.search(QUESTIONS[0], 2)
    whole = RagPipeline(index, model, k=2).answer(QUESTIONS[0], max_new_tokens=4)
    both, one = room_for(model, hits), room_for(model, hits[:1])
    assert one < both - 1 and whole.dropped == ()
    for budget, kept in ((both, 2), (both - 1, 1), (one, 1)):
        answer = RagPipeline(index, model, k=2, budget=budget).answer(QUESTIONS[0], max_new_tokens=4)
        assert answer.hits == tuple(hits[:kept]) and answer.dropped == tuple(hits[kept:])
        expected = model.reply(with_passages(QUESTIONS[0], [h.chunk for h in hits[:kept]]), max_new_tokens=4)
        assert answer.text == expected.text and answer.reply.prompt_tokens == expected.prompt_tokens
        assert budget < both or answer.text == whole.text


def test_a_budget_below_the_best_passage_says_both_numbers(index, model):
    needed = room_for(model, index.search(QUESTIONS[0], 1))
    with pytest.raises(PromptTooLong, match=f"has {needed} tokens, and the budget is {needed - 1}"):
        RagPipeline(index, model, k=2, budget=needed - 1).answer(QUESTIONS[0])


EXAMPLES = [("Question: Who?", "The mayor [1]."), ("Question: When?", "In May.")]


class Listening:
    """A language model of one sentence that keeps its prompts, with a real tokenizer and any context."""

    name = "listening"

    def __init__(self, model, context):
        self.tokens, self.context, self.prompts = model.tokens, context, []

    def replies(self, conversations, batch_size=32, max_new_tokens=64):
        self.prompts += conversations
        return [Reply("412 g [1].", 1, 1, {"request": 0.0}) for _ in conversations]


@pytest.mark.parametrize("style", [None, HOUSE_STYLE])
def test_beside_worked_examples_the_least_similar_passages_go_until_prompt_and_reply_fit(style, index, model):
    hits = index.search(QUESTIONS[0], 3)

    def prompt(number):
        passages = [hit.chunk for hit in hits[:number]]
        return few_shot(with_passages(QUESTIONS[0], passages, style), EXAMPLES)

    needed = {number: len(model.tokens(prompt(number))) + 20 for number in (1, 2, 3)}
    assert needed[1] < needed[2] - 1 < needed[3] - 2
    for context, kept in ((needed[3], 3), (needed[3] - 1, 2), (needed[2] - 1, 1), (needed[1] - 1, 1)):
        listening = Listening(model, context)
        rag = RagPipeline(index, listening, k=3, style=style, examples=EXAMPLES)
        answer = rag.answer(QUESTIONS[0], max_new_tokens=20)
        assert listening.prompts == [prompt(kept)]
        assert answer.hits == tuple(hits[:kept]) and answer.dropped == tuple(hits[kept:])
        assert answer.text == "412 g [1]." and answer.citations == ("PR-201",)
        plain = RagPipeline(index, listening, k=3, style=style).answer(QUESTIONS[0], max_new_tokens=20)
        assert plain.hits == tuple(hits)  # without examples the model itself says that it is too long


def test_examples_reach_a_model_without_a_context_and_an_empty_search(index, model):
    listening = Listening(model, None)
    nothing = Filtered(index, Filter(domains=("no such domain",)))
    answer = RagPipeline(nothing, listening, examples=EXAMPLES, k=3).answer(QUESTIONS[0])
    assert answer.hits == () and listening.prompts[0][1:5:2] == [
        {"role": "user", "content": user} for user, _ in EXAMPLES
    ]


def test_tokens_are_the_models_own_and_estimated_for_a_served_model(model):
    text = "The kettle weighs 412 g."
    assert count_tokens(model, text) == len(model.tokenizer(text)["input_ids"])
    served = ServedModel("http://127.0.0.1:9/v1#no-server-is-asked")
    assert count_tokens(served, text) == len(text) / 4 == 6


def test_what_a_reply_cites_of_nothing_is_in_the_answer(index, model):
    class Inventor:
        """A language model of one sentence."""

        name = "inventor"

        def replies(self, conversations, batch_size=32, max_new_tokens=64):
            return [Reply("It weighs 412 g [1][9].", 1, 1, {"request": 0.0}) for _ in conversations]

    answer = RagPipeline(index, Inventor(), k=2).answer(QUESTIONS[0])
    assert answer.citations == ("PR-201",) and answer.invented == ("[9]",)


HITS = [
    Hit(chunk(document_id, text), 1.0, rank)
    for rank, (document_id, text) in enumerate(TEXTS.items(), start=1)
]


@pytest.mark.parametrize(
    "text, documents",
    [
        ("The kettle weighs 412 g [1].", ("PR-201",)),
        ("It weighs 412 g [2][1], as said [2].", ("CU-207", "PR-201")),
        ("Both say so [1, 3].", ("PR-201", "IT-202")),
        ("No such passage [4], nor [0].", ()),
        ("The documents do not say.", ()),
        ('{"answer": "Gladly: 412 g [2].", "source": "PR-201", "status": "answered"}', ("PR-201",)),
        ('{"answer": "Gladly: 412 g.", "source": "PR-299", "status": "answered"}', ("PR-299",)),
        ('{"answer": "Sorry: our documents do not say.", "source": null, "status": "not_found"}', ()),
        ('{"answer": "cut off [3], "sou', ("IT-202",)),
        ("[]", ()),
        ("[2]", ("CU-207",)),
    ],
)
def test_citations_are_resolved_to_documents(text, documents):
    assert cited(text, HITS) == documents
