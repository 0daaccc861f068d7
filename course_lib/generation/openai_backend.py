"""A language model behind any base URL that speaks OpenAI's chat completions."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

from course_lib.arguments import checked_text, finite_number, listed, shown, whole_number
from course_lib.errors import ModelError
from course_lib.files import parse_json
from course_lib.generation.reply_reader import mended
from course_lib.generation.types import Messages, Reply, check_messages
from course_lib.progress_bar import progress_bar

BUSY = frozenset({429, 500, 502, 503, 504})  # answers that a second attempt may change
AT_ONCE = 8  # requests in flight at most


class ServedModel:
    """A model on a server, `http://host:port/v1` or `http://host:port/v1#name` where it serves several.

    Replies are greedy (temperature 0) and carry the seconds of the whole `request`. COURSE_API_KEY is sent as
    the bearer token if it is set. `timeout` is in seconds; a busy server (429, 5xx) and a broken connection
    are tried `attempts` times, waiting `pause`, 2 × `pause`, 4 × `pause` … seconds between. Raises ModelError
    where that does not help.
    """

    def __init__(self, base_url: str, timeout: float = 60, attempts: int = 4, pause: float = 0.5):
        address, _, name = checked_text(base_url, "The base URL", error=ModelError).partition("#")
        self.base_url = address.rstrip("/")
        self.timeout = finite_number(timeout, "timeout", above=0)
        self.attempts, self.pause = whole_number(attempts, "attempts"), finite_number(pause, "pause", least=0)
        self.name = name or self._only_model()

    def __repr__(self) -> str:
        return f"ServedModel({self.base_url!r}, name={self.name!r})"

    def reply(self, messages: Messages, max_new_tokens: int = 64) -> Reply:
        """Answer one conversation; raises ModelError if the server refuses, fails, or cannot be reached."""
        turns, most = check_messages(messages), whole_number(max_new_tokens, "max_new_tokens")
        started = time.perf_counter()
        answer = self._ask(
            "/chat/completions",
            {"model": self.name, "messages": turns, "max_tokens": most, "temperature": 0},
        )
        seconds = {"request": time.perf_counter() - started}
        try:
            text = _text(answer["choices"][0]["message"]["content"])
        except (AttributeError, KeyError, IndexError, TypeError):
            raise self._error(f"answered without a message: {shown(answer)}") from None
        usage = answer.get("usage")
        counts = [_count(usage, name) for name in ("prompt_tokens", "completion_tokens")]
        return Reply(mended(text).strip(), *counts, seconds)

    def replies(
        self, conversations: Sequence[Messages], batch_size: int = 32, max_new_tokens: int = 64
    ) -> list[Reply]:
        """Answer many conversations, in their order, a few requests at a time; raises ModelError."""
        conversations = [check_messages(each) for each in listed(conversations, "conversations")]
        batch_size = whole_number(batch_size, "batch_size")
        if not conversations:
            return []
        with ThreadPoolExecutor(max_workers=min(batch_size, AT_ONCE, len(conversations))) as pool:
            coming = pool.map(lambda messages: self.reply(messages, max_new_tokens), conversations)
            return list(progress_bar("answering", coming, total=len(conversations)))

    def _only_model(self) -> str:
        listed = self._ask("/models").get("data") or []
        names = [model["id"] for model in listed if isinstance(model, dict) and "id" in model]
        if len(names) != 1:
            raise ModelError(
                f"The server at {self.base_url} serves {len(names)} models, so one must be named.",
                allowed=", ".join(names[:10]) or "the name that the server expects",
                next_step=f"write it after a #: {self.base_url}#{names[0] if names else 'name'}",
            )
        return names[0]

    def _ask(self, path: str, body: dict | None = None) -> dict:
        """GET, or POST with a JSON body, and the JSON object that comes back."""
        for attempt in range(1, self.attempts + 1):
            try:
                with urllib.request.urlopen(self._request(path, body), timeout=self.timeout) as response:
                    answer = parse_json(response.read().decode("utf-8"))
                if isinstance(answer, dict):
                    return answer
                raise self._error(f"answered {path} with something other than a JSON object")
            except urllib.error.HTTPError as error:
                problem = f"answered {error.code} to {path}: {_reason(error)}"
                if error.code not in BUSY:
                    raise self._error(problem) from None
            except (json.JSONDecodeError, UnicodeDecodeError):
                raise self._error(f"answered {path} with something other than JSON") from None
            except ValueError as error:  # an address that cannot be one
                raise self._error(f"cannot be reached: {error}") from None
            except (OSError, HTTPException) as error:  # no connection, a broken one, or a timeout
                problem = (
                    f"cannot be reached: {getattr(error, 'reason', None) or error or type(error).__name__}"
                )
            if attempt < self.attempts:
                time.sleep(self.pause * 2 ** (attempt - 1))
        raise self._error(f"{problem} ({self.attempts} attempts)")

    def _request(self, path: str, body: dict | None) -> urllib.request.Request:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("COURSE_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        data = None if body is None else json.dumps(body).encode("utf-8")
        return urllib.request.Request(self.base_url + path, data=data, headers=headers)

    def _error(self, problem: str) -> ModelError:
        return ModelError(
            f"The server at {self.base_url} {problem}",
            allowed="the base URL of a running OpenAI-compatible server, usually ending in /v1",
            next_step="check the address, the model's name, COURSE_API_KEY, and that the server runs",
        )


def _text(content: Any) -> str:
    """The text of a message: null is none, and the parts of a list are put together."""
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part.get("type", "text") == "text")
    if not isinstance(content, str | None):
        raise TypeError("a message that is no text")
    return content or ""


def _count(usage: Any, name: str) -> int:
    """A number of tokens as the server counts it, 0 where it does not."""
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value >= 0 else 0


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says is wrong, on one line."""
    text = error.read(2_000).decode("utf-8", errors="replace").strip()
    try:
        told = parse_json(text)
        told = told.get("error") or told.get("detail") or told
        text = told.get("message", told) if isinstance(told, dict) else told
    except (json.JSONDecodeError, AttributeError):
        pass
    return " ".join(str(text).split())[:300] or error.reason
