"""Tables cut, or kept whole: does a model still read the right value off them? Claim C20. Lesson 02.

The model answers the generated questions about tables, from chunks that treat tables in four ways.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from course_lib.corpus.chunking import split
from course_lib.corpus.documents import Document, Question
from course_lib.corpus.windows import SPLITTERS, without_headings, without_repeated_headers
from course_lib.evaluation import evidence
from course_lib.evaluation.answers import score
from course_lib.generation.language_model import load_language_model
from course_lib.generation.rag import RagPipeline
from course_lib.retrieval.embedding import Embedder
from course_lib.retrieval.exact import ExactIndex

if TYPE_CHECKING:
    import pandas as pd

READ = 600  # tokens for the passages of a prompt; wren has room for 1,024 in all


def measure(
    binders: Sequence[Document],
    embedder: Embedder,
    questions: Sequence[Question],
    wanted: Mapping[str, evidence.Evidence],
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Of the questions about tables, by arm: the share whose evidence was among the passages, and the share
    answered right. `wanted` is the evidence of each question by its id.
    """
    import pandas as pd

    asked = [each for each in questions if each.kind == "table" and each.origin == "generated"]
    rows = split(binders, 60, table_rows=1)
    arms = {
        "cut anywhere": without_headings(SPLITTERS["windows"](binders, 60, 0)),
        "cut, names once": without_repeated_headers(rows),
        "cut, names repeated": rows,
        "whole": split(binders, 60),
    }
    model, found = load_language_model(), []
    for name, chunks in arms.items():
        say(f"reading, tables {name}")
        rag = RagPipeline(ExactIndex(chunks, embedder), model, k=12, budget=READ)
        answers = rag.answers([each.text for each in asked])
        for question, answer in zip(asked, answers, strict=True):
            chunks_read = [hit.chunk for hit in answer.hits]
            found.append(
                {
                    "arm": name,
                    "question_id": question.id,
                    "fact": question.fact,
                    "found": evidence.answered(chunks_read, wanted[question.id]),
                    "right": score(answer.text, question, answer.hits).correct,
                    "passages": len(chunks_read),
                }
            )
    return by_arm(pd.DataFrame(found))


def by_arm(read: "pd.DataFrame") -> dict[str, Any]:
    """What was found and what was right, by arm, and what whole tables gain over each of the others."""
    arms = {
        arm: {
            "passages": round(float(rows["passages"].mean()), 1),
            "questions": len(rows),
            "found": asdict(evidence.share(rows, "found")),
            "right": asdict(evidence.share(rows, "right")),
        }
        for arm, rows in read.groupby("arm", sort=False)
    }
    uncut = read[read["arm"] == "whole"]
    differences = {
        f"whole - {arm}": {
            of: asdict(evidence.gain(uncut, read[read["arm"] == arm], of)) for of in ("found", "right")
        }
        for arm in arms
        if arm != "whole"
    }
    return {"reading": arms, "reading, differences": differences}
