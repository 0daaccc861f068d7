"""One call for every language model: a folder, a hub name, or the base URL of a server."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from course_lib import gpu_memory, runtime
from course_lib.arguments import listed, whole_number
from course_lib.errors import ModelError, PromptTooLong
from course_lib.generation.adapter import load_adapter
from course_lib.generation.chat_template import filled
from course_lib.generation.decoding import beginning, greedy
from course_lib.generation.loading import load_tokenizer, load_weights
from course_lib.generation.model_names import resolve_model
from course_lib.generation.types import LanguageModel, Messages, Reply, check_messages
from course_lib.progress_bar import progress_bar

__all__ = ["LanguageModel", "LocalModel", "Messages", "Reply", "load_adapter", "load_language_model"]

# Prompt tokens in one batch at most. On a CPU a batch that outgrows the cache is slower, not faster.
BATCH_TOKENS = {"cpu": 4_096, "cuda": 32_768}


class LocalModel:
    """A language model in this process: weights, tokenizer, and greedy replies, alone or in batches."""

    def __init__(self, name: str, model, tokenizer):
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self.context = int(model.config.max_position_embeddings)
        self._stop = _end_tokens(model, tokenizer)
        self._pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else min(self._stop)

    def __repr__(self) -> str:
        return f"LocalModel({self.name!r}, context={self.context}, device={str(self.model.device)!r})"

    def reply(self, messages: Messages, max_new_tokens: int = 64) -> Reply:
        """Answer one conversation greedily; raises PromptTooLong if it leaves no room for one. Lesson 00."""
        return self.replies([messages], max_new_tokens=max_new_tokens)[0]

    def replies(
        self, conversations: Sequence[Messages], batch_size: int = 32, max_new_tokens: int = 64
    ) -> list[Reply]:
        """Answer many conversations greedily, in their order; batches are made of prompts of like length.

        Raises PromptTooLong, with both numbers, if a prompt leaves no room in the context, and CourseError
        for a conversation that does not end with the user's turn. Lesson 00.
        """
        batch_size = whole_number(batch_size, "batch_size")
        max_new_tokens = whole_number(max_new_tokens, "max_new_tokens")
        prompts = [self.tokens(messages) for messages in listed(conversations, "conversations")]
        for prompt in prompts:
            self._check_room(len(prompt))
        replies: list[Reply | None] = [None] * len(prompts)
        lengths, most = [len(prompt) for prompt in prompts], BATCH_TOKENS[self.model.device.type]
        with gpu_memory.guard():
            begun = beginning(self.model, prompts)
        read_once = begun.seconds / max(1, len(prompts))
        for batch in progress_bar("answering", list(_batches(lengths, batch_size, most))):
            limits = [min(max_new_tokens, self.context - len(prompts[i])) for i in batch]
            with gpu_memory.guard():
                done = greedy(self.model, [prompts[i] for i in batch], limits, self._stop, self._pad, begun)
            seconds = {"prefill": read_once + done.prefill / len(batch), "decode": done.decode / len(batch)}
            for i, written in zip(batch, done.tokens, strict=True):
                text = self.tokenizer.decode(written, skip_special_tokens=True).strip()
                replies[i] = Reply(text, len(prompts[i]), len(written), dict(seconds))
        return replies  # type: ignore[return-value]  # every place is filled: the batches hold each prompt once

    def prompt(self, messages: Messages) -> str:
        """The text that the model reads for these messages: the chat template filled in, the reply opened.

        Raises CourseError for messages in another form (types.check_messages), and as chat_template.filled
        does.
        """
        return filled(self.tokenizer, check_messages(messages), self.name)

    def tokens(self, messages: Messages) -> list[int]:
        """The token ids of `prompt(messages)`."""
        return self.tokenizer(self.prompt(messages), add_special_tokens=False)["input_ids"]

    def _check_room(self, length: int) -> None:
        if length >= self.context:
            raise PromptTooLong(
                f"The prompt has {length} tokens; the context of {Path(self.name).name} has {self.context} "
                "for prompt and reply.",
                allowed=f"a prompt of at most {self.context - 1} tokens",
                next_step="retrieve fewer passages, or make them shorter",
            )


def load_language_model(
    name: str | Path | None = None, adapter: str | Path | None = None, quantize: str | None = None
) -> LanguageModel:
    """Load a language model from a folder, a hub name or a base URL; without a name, the profile's.

    `adapter` is the folder of a LoRA adapter to put on it; `quantize="nf4"` holds its linear layers in 4
    bits. A server is named by its base URL, and its model after a `#` if it serves several:
    `http://host:8000/v1#name`. Raises ModelError if there is no such model or its weights were altered,
    ProfileError if the GPU is too small. Lesson 00.
    """
    run = runtime.current()
    name = name or run.language_model
    if str(name).startswith(("http://", "https://")):
        from course_lib.generation.openai_backend import ServedModel

        if adapter or quantize:
            raise ModelError(
                "A model behind a base URL cannot be given an adapter or be quantised from here.",
                allowed="adapter and quantize with a folder or a hub name",
                next_step="serve a merged model, or load it from its folder",
            )
        return ServedModel(str(name))
    resolved = resolve_model(name)
    tokenizer = load_tokenizer(resolved)
    model = load_weights(resolved, quantize, run.device, run.dtype)
    if adapter is not None:
        model = load_adapter(model, adapter)
    return LocalModel(resolved, model, tokenizer)


def _batches(lengths: list[int], batch_size: int, most_tokens: int) -> Iterator[list[int]]:
    """Indices of prompts, longest first, in batches of at most `batch_size` rows and `most_tokens` in all."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    while order:
        rows = max(1, min(batch_size, most_tokens // max(1, lengths[order[0]])))
        yield order[:rows]
        order = order[rows:]


def _end_tokens(model, tokenizer) -> frozenset[int]:
    """The tokens that end a reply: the tokenizer's, and those that the model's generation settings add."""
    ends = {tokenizer.eos_token_id}
    listed = model.generation_config.eos_token_id if model.generation_config else None
    ends.update(listed if isinstance(listed, list) else [listed])
    ends.discard(None)
    if not ends:
        raise ModelError("The model's tokenizer names no end token, so no reply would ever end.")
    return frozenset(ends)
