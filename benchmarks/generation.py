"""How much faster is a batch? Prints replies a second one by one and in batches, without and with passages.

The model is the profile's, the passages are the four best chunks of each test question. To run it:
python benchmarks/generation.py [number of questions]
"""

import sys
import time

from course_lib import runtime
from course_lib.corpus.chunking import split
from course_lib.corpus.documents import load_documents, load_questions
from course_lib.generation.language_model import load_language_model
from course_lib.generation.prompts import closed_book, with_passages
from course_lib.retrieval.embedding import load_embedder
from course_lib.retrieval.exact import ExactIndex

K = 4
BATCH = 32


def main(count: int = 64) -> None:
    run = runtime.start()
    model = load_language_model()
    every = [question.text for question in load_questions("test", "2026")]
    questions = every[:: max(1, len(every) // count)][:count]
    index = ExactIndex(split(load_documents("2026")), load_embedder())
    found = index.search_many(questions, K)
    chunks = [[hit.chunk for hit in hits] for hits in found]
    tasks = {
        "the question alone": [closed_book(question) for question in questions],
        f"{K} passages and the question": list(map(with_passages, questions, chunks)),
    }
    model.replies(tasks["the question alone"][:2])  # the first call also warms up the libraries
    for name, conversations in tasks.items():
        one, single = timed(lambda each: [model.reply(messages) for messages in each], conversations)
        many, batched = timed(model.replies, conversations, BATCH)
        same = sum(a.text == b.text for a, b in zip(one, many, strict=True))
        tokens = sum(reply.prompt_tokens for reply in many) / len(many)
        prefill = sum(reply.seconds.get("prefill", 0) for reply in many)
        print(
            f"{name} ({tokens:.0f} tokens): one by one {len(one) / single:.1f}, in batches of {BATCH} "
            f"{len(many) / batched:.1f} replies/s, {single / batched:.1f} times as fast; "
            f"{prefill / batched:.0%} of a batch is prefill; {same} of {len(one)} alike ({run.device})"
        )


def timed(work, *arguments):
    """What a call returns, and the seconds that it took."""
    start = time.perf_counter()
    result = work(*arguments)
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
