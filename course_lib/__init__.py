"""RAG or fine-tuning? The library behind the lessons; each module is built or explained in one of them."""

__version__ = "0.1.0"
