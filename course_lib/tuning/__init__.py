"""Changing a model cheaply: LoRA and NF4 by hand, and QLoRA training with the libraries."""

from course_lib.faces import face

# Every linear layer of a block, by the names that Llama and Qwen share; Dettmers et al. 2023 adapt them all.
ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

__getattr__, __dir__, __all__ = face(
    __name__,
    {
        "adapters": ("merge_adapter",),
        "batches": ("labelled_tokens",),
        "examples": ("check_replies", "style_examples", "worked_examples"),
        "export": ("export_examples",),
        "live_tensors": ("step_peak",),
        "loop": ("Batch", "reply_logits", "reply_loss"),
        "memory": ("PeakMemory", "memory_bytes"),
        "memory_model": ("training_memory",),
        "methods": ("METHODS", "trainable"),
        "rehearsal": ("mixed", "own_replies"),
        "retriever": ("training_pairs", "tune_retriever"),
        "train": ("RECORD", "fresh_model", "train_adapter", "tune"),
    },
)
