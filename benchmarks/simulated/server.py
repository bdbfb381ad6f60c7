"""The simulated coder behind the Ollama protocol, on a free port of this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from benchmarks.simulated.coder import Coder
from benchmarks.simulated.competence import Competence, SimulatedTask

MODEL = "simulated-coder"
CONTEXT_LENGTH = 262_144
#: characters; what a tokenizer would make of a text is as little known here as needed
_TOKEN = 4
_PIECE = 64
_NANOSECONDS_PER_TOKEN = 10_000_000
_WHEN = "2026-01-01T00:00:00Z"


class SimulatedServer:
    """A simulation, no model: a context manager that answers on loopback as an Ollama server with the model `MODEL`.

    Beside Ollama's addresses there are `GET /simulated/calls` (what was asked and given so far) and
    `POST /simulated/reset` (as if nothing had been asked; the body may set p, q, r, seed, seen, misread anew).

    Args:
        tasks: what it knows.
        competence: how good it is.
        cache: a folder for what is made of the tasks.
    """

    def __init__(
        self,
        tasks: Sequence[SimulatedTask],
        competence: Competence | None = None,
        *,
        cache: Path | None = None,
    ) -> None:
        self.coder = Coder(tasks, competence or Competence(), cache)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """The address, for OLLAMA_HOST."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def calls(self) -> dict[str, Any]:
        """What was asked and given: calls by job, and for each task what it got."""
        return {
            "simulation": True,
            "competence": dataclasses.asdict(self.coder.competence),
            "calls": dict(sorted(self.coder.calls.items())),
            "tasks": {task: dict(sorted(given.items())) for task, given in sorted(self.coder.given.items())},
        }

    def reset(self, **competence: Any) -> None:
        """As if nothing had been asked, with another competence where some of it is given.

        Raises:
            ValueError, TypeError: there is no such competence.
        """
        self.coder.reset(dataclasses.replace(self.coder.competence, **competence))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: SimulatedServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        match self.path:
            case "/api/version":
                self._json(200, {"version": "0.24.0"})
            case "/api/tags":
                names = {"name": f"{MODEL}:latest", "model": f"{MODEL}:latest"}
                self._json(
                    200, {"models": [{**names, "modified_at": _WHEN, "size": 0, "digest": "simulated"}]}
                )
            case "/simulated/calls":
                self._json(200, self.server_state.calls())
            case _:
                self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(data or b"{}")
        except ValueError:
            return self._json(400, {"error": "the body is no JSON"})
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            match self.path:
                case "/api/show":
                    self._show(body)
                case "/api/chat":
                    self._chat(body)
                case "/simulated/reset":
                    self._reset(body)
                case _:
                    self._json(404, {"error": "not found"})
            return None
        self.close_connection = True
        return None

    def _reset(self, body: Mapping[str, Any]) -> None:
        try:
            self.server_state.reset(**body)
        except (ValueError, TypeError) as error:
            return self._json(400, {"error": str(error)})
        return self._json(200, {"simulation": True})

    def _known(self, body: Mapping[str, Any]) -> bool:
        name = str(body.get("model") or body.get("name") or "")
        if name.removesuffix(":latest") == MODEL:
            return True
        self._json(404, {"error": f"model '{name}' not found"})
        return False

    def _show(self, body: Mapping[str, Any]) -> None:
        if self._known(body):
            details = {"parameter_size": "30B", "family": "simulated", "format": "none"}
            facts = {"general.architecture": "simulated", "simulated.context_length": CONTEXT_LENGTH}
            self._json(200, {"details": details, "model_info": facts, "capabilities": ["completion"]})

    def _chat(self, body: Mapping[str, Any]) -> None:
        if not self._known(body):
            return None
        for asked, capability in (("think", "thinking"), ("tools", "tools")):
            if body.get(asked):
                return self._json(400, {"error": f'"{MODEL}" does not support {capability}'})
        options = body.get("options") or {}
        prompt = sum(len(str(turn.get("content") or "")) for turn in body.get("messages") or ()) // _TOKEN + 1
        if prompt > int(options.get("num_ctx", CONTEXT_LENGTH)):
            return self._json(400, {"error": "the input length exceeds the context length"})
        try:
            text, reason = _ended(self.server_state.coder.answer(body), options)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked has to know.
            return self._json(500, {"error": f"simulated coder: {type(error).__name__}: {error}"})
        tokens = -(-len(text) // _TOKEN)
        last = {
            "done": True,
            "done_reason": reason,
            "total_duration": (prompt // 10 + tokens) * _NANOSECONDS_PER_TOKEN,
            "load_duration": 0,
            "prompt_eval_count": prompt,
            "prompt_eval_duration": prompt * _NANOSECONDS_PER_TOKEN // 10,
            "eval_count": tokens,
            "eval_duration": tokens * _NANOSECONDS_PER_TOKEN,
        }
        if body.get("stream") is False:
            return self._json(200, {**_part(text), **last})
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(text), _PIECE):
            self._line(_part(text[start : start + _PIECE]))
        self._line({**_part(""), **last})
        self.wfile.write(b"0\r\n\r\n")
        return self.wfile.flush()

    def _line(self, value: Mapping[str, Any]) -> None:
        data = json.dumps(value).encode() + b"\n"
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _json(self, status: int, value: Mapping[str, Any]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _part(content: str) -> dict[str, Any]:
    return {
        "model": f"{MODEL}:latest",
        "created_at": _WHEN,
        "message": {"role": "assistant", "content": content},
        "done": False,
    }


def _ended(text: str, options: Mapping[str, Any]) -> tuple[str, str]:
    """The text up to a stop sequence or the length limit, and why it ends."""
    stops = [options["stop"]] if isinstance(options.get("stop"), str) else options.get("stop") or ()
    ends = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    text = text[: min(ends)] if ends else text
    limit = int(options.get("num_predict") or -1) * _TOKEN
    return (text[:limit], "length") if 0 < limit < len(text) else (text, "stop")


def _handler(state: SimulatedServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"server_state": state})
