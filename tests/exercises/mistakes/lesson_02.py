"""Wrong answers of lesson 02 as learners write them, each with the diagnosis that it must get."""

import textwrap


def windows_by_range(count, size, overlap):
    return [(start, min(start + size, count)) for start in range(0, count, size - overlap)]


def windows_while_full(count, size, overlap):
    spans, start = [], 0
    while start + size <= count:
        spans.append((start, start + size))
        start += size - overlap
    return spans


def windows_of_letters(count, size, overlap):
    words = [f"word{i}" for i in range(count)]
    return [words[start : start + size] for start in range(0, count, size - overlap)]


def windows_joined(count, size, overlap):
    words = [f"word{i}" for i in range(count)]
    return [" ".join(words[start : start + size]) for start in range(0, count, size - overlap)]


def windows_with_the_overlap_on_top(count, size, overlap):
    return [(max(0, start - overlap), min(start + size, count)) for start in range(0, count, size)]


def windows_whose_last_is_full(count, size, overlap):
    step = size - overlap
    return [(start, start + size) for start in range(0, max(count - overlap, 1), step)] if count else []


def table_by_a_loop_without_the_rest(table, rows):
    lines, parts, group = table.split("\n"), [], []
    for line in lines[2:]:
        group.append(line)
        if len(group) == rows:
            parts.append("\n".join(lines[:2] + group))
            group = []
    return parts


def table_as_lists(table, rows):
    lines = table.splitlines()
    return [lines[:2] + lines[i : i + rows] for i in range(2, len(lines), rows)]


def table_as_one_text(table, rows):
    lines = table.splitlines()
    return "\n\n".join("\n".join(lines[:2] + lines[i : i + rows]) for i in range(2, len(lines), rows))


def table_without_line_ends(table, rows):
    lines = table.splitlines()
    return ["".join(lines[:2] + lines[i : i + rows]) for i in range(2, len(lines), rows)]


def table_that_keeps_line_ends(table, rows):
    lines = table.splitlines(keepends=True)
    return ["".join(lines[:2] + lines[i : i + rows]) for i in range(2, len(lines), rows)]


def table_cut_by_lines(table, rows):
    return [textwrap.dedent("\n".join(table.splitlines()[i : i + rows]))
            for i in range(0, len(table.splitlines()), rows)]  # fmt: skip


def holds_by_loops_any(chunks, evidence):
    for a, b in evidence:
        for start, end in chunks:
            if start <= a and b <= end:
                return True
    return False


def holds_as_a_share(chunks, evidence):
    held = [any(s <= a and b <= e for s, e in chunks) for a, b in evidence]
    return sum(held) / len(held) if held else 1.0


def holds_by_merging(chunks, evidence):
    merged = []
    for start, end in sorted(chunks):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return all(any(s <= a and b <= e for s, e in merged) for a, b in evidence)


WRITTEN = [
    ("2.1", windows_by_range, "window-in-a-window"),
    ("2.1", windows_while_full, "rest-lost"),
    ("2.1", windows_of_letters, "words-not-spans"),
    ("2.1", windows_joined, "words-not-spans"),
    ("2.1", windows_whose_last_is_full, "beyond-the-end"),
    ("2.1", windows_with_the_overlap_on_top, None),
    ("2.2", table_by_a_loop_without_the_rest, "rest-lost"),
    ("2.2", table_as_lists, "lists-not-texts"),
    ("2.2", table_as_one_text, "one-text"),
    ("2.2", table_without_line_ends, "lines-run-together"),
    ("2.2", table_that_keeps_line_ends, "line-end-at-the-end"),
    ("2.2", table_cut_by_lines, "header-as-rows"),
    ("2.3", holds_by_loops_any, "any-piece"),
    ("2.3", holds_as_a_share, "not-a-bool"),
    ("2.3", holds_by_merging, "sum-of-two-chunks"),
]
