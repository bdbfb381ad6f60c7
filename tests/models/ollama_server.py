"""A local server that speaks the Ollama protocol, with faults on demand.

with OllamaServer() as server:
    server.queue("Hello", ChatReply(text="half", end="clean"))
    ... OLLAMA_HOST=server.url ...
    server.chats[0]["options"]["num_ctx"]
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self


@dataclass
class ServedModel:
    """A model that the server has. `tokens_per_character` is its tokenizer."""

    parameter_size: str = "30.5B"
    context_length: int = 262144
    capabilities: tuple[str, ...] = ("completion",)
    tokens_per_character: float = 0.25
    parameter_count: int | None = None


@dataclass
class ChatReply:
    """What one /api/chat request gets.

    Attributes:
        text, thinking: streamed in pieces of `piece` characters.
        delay: seconds of work on the prompt, before the status line (as Ollama does).
        piece_delay: seconds before each piece.
        end: `done` as it should be; `clean`: the stream ends well but without `done`; `reset`: the connection is cut;
            `half_line`: it ends in the middle of a JSON line.
        error_after: an error line after the text, instead of the end.
        status, error: not a stream but this status and error.
        raw: not JSON but this body, with status 200.
        load: an empty reply with `done_reason: "load"`.
    """

    text: str = ""
    thinking: str = ""
    piece: int = 8
    delay: float = 0.0
    piece_delay: float = 0.0
    done_reason: str = "stop"
    end: Literal["done", "clean", "reset", "half_line"] = "done"
    error_after: str = ""
    status: int = 200
    error: str = ""
    raw: str = ""
    load: bool = False
    prompt_eval_count: int | None = None


@dataclass
class Request:
    """A request that came in."""

    method: str
    path: str
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class OllamaServer:
    """A context manager; listens on a free loopback port.

    Attributes:
        models: by name, with tag.
        requests, chats: all requests; the bodies of those to /api/chat.
        knows_truncate: False for an old server that ignores `truncate: false` and cuts prompts in silence.
        parallel: more chat requests at the same time get 503.
        pullable: models that /api/pull can download.
        loads: (model, num_ctx) each time that a model had to be loaded anew.
        gone: set when a client left before its reply was whole.
    """

    def __init__(self, models: Mapping[str, ServedModel] | None = None) -> None:
        self.models = dict(models if models is not None else {"qwen3-coder:latest": ServedModel()})
        self.requests: list[Request] = []
        self.knows_truncate = True
        self.parallel: int | None = None
        self.pullable: dict[str, ServedModel] = {}
        self.pull_breaks_off = False
        self.loads: list[tuple[str, int]] = []
        self.most_at_once = 0
        self.gone = threading.Event()
        self._busy = 0
        self._lock = threading.Lock()
        self._replies: deque[ChatReply] = deque()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        return [request.body for request in self.requests if request.path == "/api/chat"]

    def queue(self, *replies: ChatReply | str) -> Self:
        """The replies of the next chat requests; when none is left, the server says "Hello." """
        self._replies += [ChatReply(text=reply) if isinstance(reply, str) else reply for reply in replies]
        return self

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop, as a server that was shut down; the port is then free."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def enter_chat(self) -> bool:
        with self._lock:
            if self.parallel is not None and self._busy >= self.parallel:
                return False
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
            return True

    def leave_chat(self) -> None:
        with self._lock:
            self._busy -= 1

    def next_reply(self) -> ChatReply:
        with self._lock:
            return self._replies.popleft() if self._replies else ChatReply(text="Hello.")

    def find(self, name: str) -> ServedModel | None:
        return self.models.get(name if ":" in name else f"{name}:latest")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: OllamaServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._record({})
        if self.path == "/api/version":
            self._json(200, {"version": "0.24.0"})
        elif self.path == "/api/tags":
            self._json(200, {"models": [{"name": name, "model": name} for name in self.server_state.models]})
        else:
            self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        self._record(body)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            match self.path:
                case "/api/show":
                    self._show(body)
                case "/api/pull":
                    self._pull(body)
                case "/api/chat":
                    self._chat(body)
                case "/api/embed":
                    self._embed(body)
                case _:
                    self._json(404, {"error": "not found"})
            return
        self.server_state.gone.set()
        self.close_connection = True

    def _record(self, body: dict[str, Any]) -> None:
        self.server_state.requests.append(Request(self.command, self.path, body, dict(self.headers)))

    def _json(self, status: int, value: Any) -> None:
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _line(self, value: Mapping[str, Any]) -> None:
        self._chunk(json.dumps(value).encode() + b"\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _show(self, body: dict[str, Any]) -> None:
        model = self.server_state.find(body["model"])
        if model is None:
            self._json(404, {"error": f"model '{body['model']}' not found"})
            return
        facts: dict[str, Any] = {"general.architecture": "fake", "fake.context_length": model.context_length}
        if model.parameter_count:
            facts["general.parameter_count"] = model.parameter_count
        details = {"parameter_size": model.parameter_size, "family": "fake", "format": "gguf"}
        self._json(200, {"details": details, "model_info": facts, "capabilities": list(model.capabilities)})

    def _pull(self, body: dict[str, Any]) -> None:
        state, name = self.server_state, body["model"]
        full = name if ":" in name else f"{name}:latest"
        self._begin_stream()
        self._line({"status": "pulling manifest"})
        if full not in state.pullable:
            self._line({"error": "pull model manifest: file does not exist"})
            return self._end_stream()
        for done in (0, 500, 1000):
            self._line({"status": "pulling 0123", "digest": "sha256:0123", "total": 1000, "completed": done})
        if not state.pull_breaks_off:
            state.models[full] = state.pullable[full]
            self._line({"status": "success"})
        return self._end_stream()

    def _embed(self, body: dict[str, Any]) -> None:
        model = self.server_state.find(body["model"])
        if model is None:
            return self._json(404, {"error": f"model '{body['model']}' not found"})
        if "embedding" not in model.capabilities:
            return self._json(400, {"error": "this model does not support embeddings"})
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        # Longer than a unit vector, as some models give them.
        vectors = [[float(len(text)), float(text.count("e")), 1.0] for text in texts]
        return self._json(200, {"model": body["model"], "embeddings": vectors})

    def _chat(self, body: dict[str, Any]) -> None:
        state = self.server_state
        if not state.enter_chat():
            self._json(503, {"error": "server busy, please try again.  maximum pending requests exceeded"})
            return
        self._in_chat = True
        try:
            self._answer(body, state.next_reply())
        finally:
            self._leave_chat()

    def _leave_chat(self) -> None:
        """Free the place, once: before the last line, because whoever has read that may ask again at once."""
        if self._in_chat:
            self._in_chat = False
            self.server_state.leave_chat()

    def _answer(self, body: dict[str, Any], reply: ChatReply) -> None:
        state, name = self.server_state, body["model"]
        model = state.find(name)
        if model is None:
            return self._json(404, {"error": f"model '{name}' not found"})
        for asked, capability in (("think", "thinking"), ("tools", "tools")):
            if body.get(asked) and capability not in model.capabilities:
                return self._json(400, {"error": f'"{name}" does not support {capability}'})
        if reply.status != 200:
            return self._json(reply.status, {"error": reply.error})
        if reply.raw:
            return self._json(200, reply.raw)
        num_ctx = min(body.get("options", {}).get("num_ctx", 4096), model.context_length)
        if not state.loads or state.loads[-1] != (name, num_ctx):
            state.loads.append((name, num_ctx))
        characters = sum(len(message["content"]) for message in body["messages"])
        prompt = int(characters * model.tokens_per_character)
        if prompt > num_ctx:
            if state.knows_truncate and body.get("truncate") is False:
                return self._json(400, {"error": "the input length exceeds the context length"})
            # In silence: the front of the prompt is gone, and the model has nothing to say.
            reply, prompt = ChatReply(text=""), num_ctx
        time.sleep(reply.delay)
        self._begin_stream()
        if reply.load or not body["messages"]:
            self._line(self._part(name, "", done=True, done_reason="load"))
            return self._end_stream()
        count = 0
        for kind, text in (("thinking", reply.thinking), ("content", reply.text)):
            if kind == "thinking" and not body.get("think"):
                continue
            for start in range(0, len(text), reply.piece):
                if reply.piece_delay:
                    time.sleep(reply.piece_delay)
                count += 1
                piece = text[start : start + reply.piece]
                self._line(
                    self._part(name, piece if kind == "content" else "", piece if kind == "thinking" else "")
                )
        return self._finish(name, reply, reply.prompt_eval_count or prompt, count)

    def _finish(self, name: str, reply: ChatReply, prompt: int, count: int) -> None:
        if reply.error_after:
            self._line({"error": reply.error_after})
            return self._end_stream()
        match reply.end:
            case "clean":
                return self._end_stream()
            case "half_line":
                self._chunk(b'{"model": "x", "message": {"role": "assis')
                return self._end_stream()
            case "reset":
                # No FIN but a reset, as from a server that was killed.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return None
        self._leave_chat()
        self._line(
            self._part(name, "", done=True, done_reason=reply.done_reason)
            | {
                "total_duration": 2_000_000_000,
                "load_duration": 1_000_000,
                "prompt_eval_count": prompt,
                "prompt_eval_duration": 500_000_000,
                "eval_count": count,
                "eval_duration": count * 20_000_000,
            }
        )
        return self._end_stream()

    def _part(
        self, name: str, content: str, thinking: str = "", *, done: bool = False, done_reason: str = ""
    ) -> dict[str, Any]:
        message = {"role": "assistant", "content": content} | ({"thinking": thinking} if thinking else {})
        part = {"model": name, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": done}
        return part | ({"done_reason": done_reason} if done_reason else {})


def _handler(state: OllamaServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"server_state": state})
