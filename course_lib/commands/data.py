"""`python -m course_lib data`: knowledge base, questions, style sets and exams, and their checksums."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """There are no options: one seed, one company."""
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the generated data anew, then the manifest of all data."""
    from course_lib.manifest import write_manifest
    from course_lib.runtime import DATA
    from course_lib.world.build import build

    build(DATA)
    write_manifest()
    print(f"wrote {DATA.name}/: knowledge_base, questions, style, exams, manifest.json")
