"""`make data`: writes the knowledge base, the questions and the style sets, and the manifest with their
checksums.
"""

from dataclasses import asdict
from pathlib import Path

from course_lib import files
from course_lib.runtime import DATA
from course_lib.world.asking import build_questions, knowledge
from course_lib.world.company import build_documents, markdown
from course_lib.world.style import build_curated, build_noisy

# what the manifest names, folders with all their files
LISTED = (
    *("knowledge_base", "questions", "style", "models", "results"),
    *("house_style.schema.json", "claims.yaml"),
)


def build(folder: Path) -> None:
    """Writes all generated data below `folder`."""
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


def write_manifest(folder: Path) -> None:
    """The SHA-256 of every file that loading verifies."""
    listed = [folder / part for part in LISTED]
    names = [p for part in listed for p in (part, *part.rglob("*")) if p.is_file()]
    sums = {p.relative_to(folder).as_posix(): files.sha256(p) for p in sorted(names)}
    files.write_json(folder / "manifest.json", {"files": sums})


if __name__ == "__main__":
    build(DATA)
    write_manifest(DATA)
    print(f"wrote {DATA.name}/: knowledge_base, questions, style, manifest.json")
