"""Lesson 09's comparison on a folder of your own: drafted questions, kept answers, a report on one page.

`python -m course_lib compare --docs FOLDER` is the same from the shell. What this package does not do: judge
an answer in other words than the questions' file gives, or send anything anywhere but to the model you name.
"""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "comparison": ("FolderComparison", "compare_folder"),
        "drafting": ("Draft", "draft_questions", "write_drafts"),
        "question_sheet": ("Sheet", "read_sheet"),
    },
)
