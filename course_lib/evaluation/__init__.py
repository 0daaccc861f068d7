"""Scores of rankings and of answers, and how sure we may be of their means."""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "answers": ("abstained", "complies", "score", "value_correct"),
        "kept_runs": ("beside", "stored_run", "told"),
        "pareto": ("frontier",),
        "ranking": (
            "document_ids",
            "evaluate_beir_folder",
            "evaluate_retriever",
            "ndcg_at_k",
            "recall_at_k",
        ),
        "retention": ("facts_known", "kl_divergence", "kl_to_base", "text_losses"),
        "statistics": (
            "Interval",
            "bootstrap_interval",
            "cluster_means",
            "intervals",
            "mean_interval",
            "paired_bootstrap",
            "wilson_interval",
        ),
        "symptoms": ("symptom_table",),
    },
)
