"""Scores of rankings and of answers, and how sure we may be of their means."""

from course_lib.faces import face

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "ab_test": ("bound_for", "compare_shares", "sample_size", "stopped", "watched"),
        "agreement": ("cohens_kappa", "kappa_interval"),
        "answers": ("abstained", "complies", "score", "value_correct"),
        "feedback": ("FeedbackLog", "examples_from", "to_review"),
        "judge": ("JUDGES", "Pair", "prefer"),
        "judge_tests": ("passed",),
        "kept_runs": ("beside", "runs_of_all_models", "stored_run", "told", "whole_run"),
        "monitoring": ("control_chart", "familiarity", "first_alarm"),
        "pareto": ("frontier",),
        "ranking": (
            "document_ids",
            "evaluate_beir_folder",
            "evaluate_retriever",
            "ndcg_at_k",
            "recall_at_k",
        ),
        "rectified": ("best_weight", "rectified_mean"),
        "retention": ("facts_known", "kl_divergence", "kl_to_base", "text_losses"),
        "reviews": ("counted", "review_curve"),
        "selective": ("answered_curve", "mean_accuracy", "risk_model", "signals", "threshold_for"),
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
        "text_scores": ("bertscores", "rouge_1", "rouge_l"),
    },
)
