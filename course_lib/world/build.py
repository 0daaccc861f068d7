"""`make data`: writes the knowledge base, questions, style sets and exams anew from their seed."""

from dataclasses import asdict
from pathlib import Path

from course_lib import files
from course_lib.world.asking import build_questions, knowledge
from course_lib.world.company import build_documents, markdown
from course_lib.world.exams import build_formats, build_general
from course_lib.world.style_pairs import build_curated, build_noisy


def build(folder: Path) -> None:
    """Write all generated data below `folder`; the manifest is the caller's (course_lib/manifest.py)."""
    for old in folder.glob("knowledge_base/*/*.md"):
        old.unlink()
    for document in build_documents():
        files.write_atomically(
            folder / "knowledge_base" / document.edition / f"{document.id}.md", markdown(document)
        )
    for split, questions in build_questions().items():
        files.write_jsonl(folder / "questions" / f"{split}.jsonl", [asdict(q) for q in questions])
    files.write_jsonl(folder / "questions" / "knowledge.jsonl", knowledge())
    curated = build_curated()
    files.write_jsonl(folder / "style" / "curated.jsonl", curated)
    files.write_jsonl(folder / "style" / "noisy.jsonl", build_noisy(curated))
    files.write_jsonl(folder / "exams" / "general.jsonl", build_general())
    files.write_jsonl(folder / "exams" / "formats.jsonl", build_formats())
