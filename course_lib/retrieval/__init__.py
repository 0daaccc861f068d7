"""From a query to hits: embeddings, exact search by hand, and FAISS."""
