"""From a query to hits: embeddings, search by hand and with FAISS, words and vectors together, stores."""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "bm25": ("Bm25Index", "character_grams", "tokens"),
        "chosen": ("chosen_retriever",),
        "embedding": ("Afresh", "load_embedder"),
        "exact": ("ExactIndex", "search_exact"),
        "faiss_index": ("FaissIndex",),
        "filters": ("Filter", "Filtered"),
        "fusion": ("HybridRetriever", "reciprocal_rank_fusion"),
        "ivf_by_hand": ("build_inverted_file", "kmeans", "search_inverted_file"),
        "rerank": ("MaxSim", "RerankedRetriever", "load_cross_encoder"),
        "router": ("CentroidRouter", "ClassifierRouter", "RoutedRetriever"),
        "stores": ("open_store",),
        "types": ("Hit",),
        "vector_index": ("perturbed", "recall"),
    },
)
