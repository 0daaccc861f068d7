"""The memory of a CUDA card: asked for before a model is loaded, and a full card told in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

from course_lib.errors import ProfileError

# Models under an open licence that a small card may hold: name, bytes of its weights in 16 bits.
MODELS = (
    ("Qwen/Qwen2.5-1.5B-Instruct", 3_087_428_608),
    ("Qwen/Qwen2.5-0.5B-Instruct", 988_065_536),
    ("HuggingFaceTB/SmolLM2-360M-Instruct", 723_642_240),
    ("HuggingFaceTB/SmolLM2-135M-Instruct", 269_030_016),
)
WORKSPACE = 1 << 30  # bytes that activations, the key-value cache and an adapter take beside the weights


def require(bytes_needed: int, bytes_free: int | None = None) -> None:
    """Raise ProfileError, naming the models that would fit, unless the card has so many bytes free.

    The card is asked for its free bytes when they are None. Called before a model is loaded or tuned.
    """
    if bytes_free is None:
        import torch

        if not torch.cuda.is_available():
            raise ProfileError(
                "This step needs a CUDA device, and PyTorch sees none.",
                allowed="laptop on this machine",
                next_step='start the lesson with runtime.start("laptop")',
            )
        torch.cuda.empty_cache()  # what PyTorch keeps for later counts as taken otherwise
        bytes_free, _ = torch.cuda.mem_get_info()
    if bytes_needed <= bytes_free:
        return
    fitting = [name for name, size in MODELS if size + WORKSPACE <= bytes_free]
    raise ProfileError(
        f"This needs about {_gigabytes(bytes_needed)} of GPU memory, and {_gigabytes(bytes_free)} are free.",
        allowed=", ".join(fitting) or 'the profile "laptop", which needs no GPU memory',
        next_step="set COURSE_LANGUAGE_MODEL to one of these and restart the kernel"
        if fitting
        else "close other programs and kernels that use the card, or set COURSE_PROFILE=laptop",
    )


@contextmanager
def guard() -> Iterator[None]:
    """Turn PyTorch's error about a full card into a ProfileError that says what to make smaller."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise ProfileError(
            f"The GPU's memory ran out: {str(error).splitlines()[0] if str(error) else 'no more was free'}",
            allowed="a smaller batch_size, fewer passages, or a smaller model: "
            + ", ".join(name for name, _ in MODELS),
            next_step="restart the kernel, which frees the card, and change one of these",
        ) from error


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
