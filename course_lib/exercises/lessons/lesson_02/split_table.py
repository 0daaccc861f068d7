"""Exercise 2.2: a table split under its header."""

from course_lib.exercises.comparing import same
from course_lib.exercises.judging import exercise, like, when


def split_table(table: str, rows: int) -> list[str]:
    """A Markdown table cut into tables of at most `rows` rows, in order.

    The first two lines are its header (the names of the columns, and the rule of dashes); each part begins
    with both. The lines of a part are joined by line ends, with none behind the last. A table without rows
    comes back as it is, alone in a list.
    """
    names, rule, *body = table.splitlines()
    groups = [body[i : i + rows] for i in range(0, len(body), rows)] or [[]]
    return ["\n".join([names, rule, *group]) for group in groups]


def _grouped(lines: list[str], rows: int) -> list[list[str]]:
    return [lines[i : i + rows] for i in range(0, len(lines), rows)]


def _table(head=slice(0, 2), first=True, later=True, begin=2, keep=None):
    """A wrong program: other lines as header, or above other parts, or another idea of what a row is."""

    def wrong(table, rows):
        lines = table.splitlines()
        groups = _grouped(lines[begin:], rows) or [[]]
        groups = keep(groups, rows) if keep else groups
        parts = []
        for number, group in enumerate(groups):
            above = lines[head] if (first if number == 0 else later) else []
            parts.append("\n".join([*above, *group]))
        return parts

    return wrong


_PARTS = "| Part | Price |\n|---|---|\n| Lid | 4 EUR |\n| Seal | 2 EUR |\n| Cord | 9 EUR |\n| Base | 7 EUR |"
_CODES = "| Code | Is | Do |\n|---|---|---|\n| E1 | dry | fill |\n| E2 | hot | wait |\n| E3 | open | shut |"

TABLE = exercise(
    "2.2",
    "A table split under its header",
    split_table,
    cases=((_CODES, 2), (_PARTS, 2), (_PARTS, 3), (_PARTS, 9), ("| Code | Meaning |\n|---|---|", 2)),
    mistakes=(
        like(_table(later=False), "header-only-once",
             "Only the first part has a header. In the others nobody can tell what the numbers are: this is "
             "what most splitters do."),
        like(_table(head=slice(0, 1)), "no-rule",
             "The rule of dashes is missing. Without it the lines are no table to whoever reads Markdown: "
             "the header is two lines."),
        like(_table(head=slice(1, 2)), "rule-only",
             "You repeat the rule of dashes and not the names of the columns, which a reader lacks."),
        like(_table(begin=1), "rule-as-a-row",
             "The rule of dashes counts as a row, so the first part is a row short and has the rule twice. "
             "Rows begin with the third line."),
        like(_table(begin=0), "header-as-rows",
             "The header is cut up as if it were rows. Take the first two lines off before you count."),
        like(_table(begin=0, first=False, later=False), "header-as-rows",
             "The header is cut up as if it were rows. Take the first two lines off before you count, and "
             "put them on every part."),
        like(_table(first=False), "first-without-header",
             "The first part has lost its header. Once it is taken off, it goes back on *every* part."),
        like(_table(first=False, later=False), "no-header",
             "No part has a header: it was taken off and never put back."),
        like(_table(keep=lambda groups, rows: [g for g in groups if len(g) == rows] or groups), "rest-lost",
             "The last rows are lost where they do not fill a part. `body[i : i + rows]` keeps the rest."),
        when(lambda run: same([part.rstrip("\n") for part in run.returned], run.expected),
             "line-end-at-the-end",
             "A part ends with a line end too many: join its lines with `\"\\n\".join(…)`."),
        like(lambda table, rows: ["\n".join([*table.splitlines()[:2], line])
                                  for line in table.splitlines()[2:]] or [table], "one-row-each",
             "Each row is a part of its own. At most `rows` rows go together."),
        like(lambda table, rows: _table()(table, max(rows - 2, 1)), "header-counted",
             "The two lines of the header count towards `rows`. They come on top."),
        like(lambda table, rows: split_table(table, rows) if table.count("\n") > 1 else [], "empty-table",
             "A table without rows vanishes. It says at least what its columns would be: give it back as it "
             "is."),
        when(lambda run: isinstance(run.returned[0], list | tuple), "lists-not-texts",
             "A part is one text: join its lines with `\"\\n\".join(…)`."),
        when(lambda run: isinstance(run.returned, str), "one-text",
             "Return a list with a text for each part."),
        when(lambda run: "\n" not in "".join(run.returned), "lines-run-together",
             "The right lines, but not each on its own: join them with `\"\\n\"`."),
    ),
    hints=(
        ("I do not know where the rows begin",
         "`names, rule, *body = table.splitlines()` takes the header off."),
        ("My last rows are missing",
         "`body[i : i + rows]` for `i` in `range(0, len(body), rows)` keeps the rest."),
        ("It fails on a table without rows", "Then there is no group of rows: treat it as one empty group."),
    ),
    why="A row is a sentence whose verbs stand in the header. Alone it reads *E2, hot, wait*: found perhaps, "
        "and not understood. The header costs its words again in each part: the price of a part that can be "
        "read by itself.",
)
