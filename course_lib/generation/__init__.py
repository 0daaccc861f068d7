"""From messages to a reply: language models here or behind a server, prompts, and the RAG pipeline."""
