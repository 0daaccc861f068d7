"""The HTTP back end against `transformers serve`, and against a loopback server that breaks in chosen ways.
"""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_lib import runtime
from course_lib.errors import CourseError, ModelError
from course_lib.generation.language_model import load_language_model
from course_lib.generation.openai_backend import ServedModel

HAS_SERVER = all(importlib.util.find_spec(name) for name in ("fastapi", "uvicorn", "openai"))
WREN = runtime.DATA / "models" / "wren"
QUESTIONS = ["How heavy is the Harbour Kettle?", "Why?", "What is the source of PR-201?"]


def ask(text):
    return [{"role": "system", "content": "Answer in one sentence."}, {"role": "user", "content": text}]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def transformers_serve(tmp_path_factory):
    """The address of a real OpenAI-compatible server on this machine, and wren's folder, which it serves."""
    if not HAS_SERVER:
        pytest.skip("the extra is not installed: pip install 'course-lib[serve]'")
    port = free_port()
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    environment = os.environ | {
        "HF_HUB_CACHE": str(tmp_path_factory.mktemp("cache")),  # it must exist, and may be empty
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    start = "from transformers.cli.transformers import main; main()"
    command = [
        sys.executable,
        "-c",
        start,
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
        "--dtype",
        "float32",  # it would take the weights' own bfloat16, which rounds otherwise than the course does
    ]
    with log.open("wb") as stream:
        server = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 300
        while True:
            assert server.poll() is None and time.monotonic() < deadline, log.read_text(encoding="utf-8")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1", str(WREN)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.slow
def test_a_served_model_answers_as_the_same_model_here(transformers_serve, monkeypatch):
    address, folder = transformers_serve
    here = load_language_model(folder)
    monkeypatch.setenv("COURSE_LANGUAGE_MODEL", f"{address}#{folder}")
    there = load_language_model()  # the same dial chooses a server
    assert isinstance(there, ServedModel) and there.name == folder
    expected = here.replies([ask(question) for question in QUESTIONS], max_new_tokens=12)
    got = there.replies([ask(question) for question in QUESTIONS], max_new_tokens=12)
    assert [reply.text for reply in got] == [reply.text for reply in expected]
    assert [r.prompt_tokens for r in got] == [r.prompt_tokens for r in expected]
    assert [r.completion_tokens for r in got] == [r.completion_tokens for r in expected]
    assert all(set(reply.seconds) == {"request"} and reply.seconds["request"] > 0 for reply in got)


@pytest.mark.slow
def test_a_server_that_does_not_know_the_model_is_told(transformers_serve):
    address, folder = transformers_serve
    with pytest.raises(ModelError, match="answered"):
        ServedModel(f"{address}#{folder}-nowhere", attempts=1).reply(ask("Why?"))


@pytest.mark.slow
def test_a_server_with_an_empty_list_needs_the_models_name(transformers_serve):
    with pytest.raises(ModelError, match=r"serves 0 models[\s\S]*#name"):
        load_language_model(transformers_serve[0])


GOOD = {
    "choices": [{"message": {"role": "assistant", "content": " It weighs 412 g. "}}],
    "usage": {"prompt_tokens": 21, "completion_tokens": 7},
}


@pytest.fixture
def scripted():
    """Start a loopback server that gives these answers, one a request; returns its address and the requests
    that it got.
    """
    servers = []

    def start(*answers):
        left, seen = list(answers), []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen.append((self.path, json.loads(body or b"null"), dict(self.headers)))
                status, content = left.pop(0) if len(left) > 1 else left[0]
                if status == "silence":
                    time.sleep(content)
                    return
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1", seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_request_is_greedy_and_carries_the_key_only_if_there_is_one(scripted, monkeypatch):
    address, seen = scripted((200, GOOD))
    monkeypatch.delenv("COURSE_API_KEY", raising=False)
    model = ServedModel(f"{address}/#wren")
    reply = model.reply(ask("Why?"), max_new_tokens=9)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("It weighs 412 g.", 21, 7)
    path, body, headers = seen[0]
    assert path == "/v1/chat/completions"
    assert body == {"model": "wren", "messages": ask("Why?"), "max_tokens": 9, "temperature": 0}
    assert "Authorization" not in headers
    monkeypatch.setenv("COURSE_API_KEY", "secret")
    model.reply(ask("Why?"))
    assert seen[1][2]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(scripted, status):
    address, seen = scripted((status, {}), (status, {}), (200, GOOD))
    assert ServedModel(f"{address}#wren", pause=0).reply(ask("Why?")).text == "It weighs 412 g."
    assert len(seen) == 3


def test_the_attempts_have_an_end(scripted):
    address, seen = scripted((503, {"error": {"message": "loading the model"}}))
    with pytest.raises(ModelError, match=r"503 .*loading the model \(4 attempts\)"):
        ServedModel(f"{address}#wren", pause=0).reply(ask("Why?"))
    assert len(seen) == 4


def test_a_refusal_is_told_at_once_in_the_servers_words(scripted):
    address, seen = scripted((400, {"error": {"message": "context length exceeded"}}))
    with pytest.raises(ModelError, match="400 .*context length exceeded"):
        ServedModel(f"{address}#wren", pause=0).reply(ask("Why?"))
    assert len(seen) == 1


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b"\xff\xfe", {"choices": []}, {"choices": [{"text": "no"}]}]
)
def test_an_answer_of_another_form_is_told(scripted, answer):
    address, _ = scripted((200, answer))
    with pytest.raises(ModelError, match="answered"):
        ServedModel(f"{address}#wren", pause=0).reply(ask("Why?"))


def test_silence_and_an_absent_server_are_told(scripted):
    address, seen = scripted(("silence", 1))
    with pytest.raises(ModelError, match="cannot be reached: .*timed out"):
        ServedModel(f"{address}#wren", timeout=0.2, attempts=2, pause=0).reply(ask("Why?"))
    assert len(seen) == 2
    with pytest.raises(ModelError, match="cannot be reached"):
        ServedModel(f"http://127.0.0.1:{free_port()}/v1#wren", attempts=1).reply(ask("Why?"))


def test_the_only_model_of_a_server_needs_no_name(scripted):
    address, _ = scripted((200, {"data": [{"id": "wren"}]}))
    assert ServedModel(address).name == "wren"
    address, _ = scripted((200, {"data": [{"id": "wren"}, {"id": "robin"}]}))
    with pytest.raises(ModelError, match="wren, robin"):
        ServedModel(address)


def test_no_messages_and_no_conversations(scripted):
    address, seen = scripted((200, GOOD))
    model = ServedModel(f"{address}#wren")
    assert model.replies([]) == [] and not seen
    with pytest.raises(CourseError):
        model.reply([])
