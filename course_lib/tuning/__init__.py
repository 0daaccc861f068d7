"""Changing a model cheaply: LoRA and NF4 by hand, and QLoRA training with the libraries."""
