"""The company's documents and questions, or documents of your own, read from disk and cut into chunks."""

from course_lib.corpus.folder import LoadedFolder, load_folder

__all__ = ["LoadedFolder", "load_folder"]
