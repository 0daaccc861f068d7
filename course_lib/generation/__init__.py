"""From messages to a reply: language models here or behind a server, prompts, and the RAG pipeline."""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "budget": ("count_tokens",),
        "citations": ("abstained", "verify_citations"),
        "language_model": ("load_language_model",),
        "prompts": (
            "HOUSE_STYLE",
            "HOUSE_STYLE_TOKENS",
            "PREFER_NEWEST",
            "closed_book",
            "few_shot",
            "format_passages",
            "with_passages",
        ),
        "rag": ("RagPipeline",),
        "values": ("claims_of", "states"),
    },
)
