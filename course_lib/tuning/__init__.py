"""Changing a model cheaply: LoRA and NF4 by hand, and QLoRA training with the libraries."""

# Every linear layer of a block, by the names that Llama and Qwen share; Dettmers et al. 2023 adapt them all.
ALL_LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
