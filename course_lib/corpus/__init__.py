"""The company's documents and questions, or documents of your own, read from disk and cut into chunks."""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "chunking": ("Chunk", "split"),
        "documents": ("Document", "Question", "load_documents", "load_questions"),
        "exams": ("load_format_tasks", "load_general_facts"),
        "folder": ("LoadedFolder", "load_folder"),
        "markdown": ("WORD", "count_words"),
        "windows": ("PLAIN", "SPLITTERS", "split_windows", "without_headings", "without_repeated_headers"),
    },
)
