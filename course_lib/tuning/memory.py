"""What a model takes in memory, counted from its tensors, and the peak while it trains."""

from course_lib.errors import CourseError


def memory_bytes(model) -> int:
    """Bytes of a model's weights and buffers, the scales of 4-bit layers included and shared tensors once.

    Takes a torch module or a language model of this course. Raises CourseError for a model behind a server.
    Lesson 07.
    """
    import torch

    module = getattr(model, "model", model) if not isinstance(model, torch.nn.Module) else model
    if not isinstance(module, torch.nn.Module):
        raise CourseError(
            "Only a model in this process has a size to count.", allowed="a model from a folder or a hub name"
        )
    tensors = [*module.parameters(), *module.buffers()]
    for parameter in module.parameters():
        state = getattr(parameter, "quant_state", None)
        while state is not None:  # NF4 with double quantisation: the scales have scales
            tensors += [state.absmax, state.code]
            if state.offset is not None:
                tensors.append(state.offset)
            state = state.state2
    sizes = {tensor.data_ptr(): tensor.numel() * tensor.element_size() for tensor in tensors}
    return sum(sizes.values())


class PeakMemory:
    """The most memory in use at any `look`: of the process on a CPU, of PyTorch's own on a GPU; bytes."""

    def __init__(self, device: str):
        self.device = device
        self.bytes = 0
        if device == "cuda":
            import torch

            torch.cuda.reset_peak_memory_stats()
        self.look()

    def look(self) -> None:
        """Note the memory in use now."""
        if self.device == "cuda":
            import torch

            self.bytes = torch.cuda.max_memory_allocated()
        else:
            import psutil

            self.bytes = max(self.bytes, psutil.Process().memory_info().rss)
