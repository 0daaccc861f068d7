"""Solutions to the exercises of lesson 02, in another form than those that `ex.solution` explains."""

import math


def window_spans(count, size, overlap):
    if count == 0:
        return []
    step = size - overlap
    windows = 1 + max(0, math.ceil((count - size) / step))  # one, and one for each step that is left
    return [(i * step, min(i * step + size, count)) for i in range(windows)]


def split_table(table, rows):
    lines = table.split("\n")
    parts = []
    for number, line in enumerate(lines[2:]):
        if number % rows == 0:
            parts.append(lines[:2])
        parts[-1].append(line)
    return ["\n".join(part) for part in parts] or [table]


def holds_evidence(chunks, evidence):
    missing = set(evidence)
    for start, end in chunks:
        missing -= {(a, b) for a, b in missing if start <= a <= b <= end}
    return not missing
