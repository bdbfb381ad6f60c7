"""A model behind OpenAI's and Ollama's protocols on loopback, with a budget for each task that ends in HTTP 429.

The task of a call is named by its `X-Task` header, else it is the one that the last `POST /budget` named.
"""

from __future__ import annotations

import json
import math
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from benchmarks.peers.backends import Backend, BackendError, ChatAnswer, ChatRequest, messages_of

#: of a reply whose length the peer doesn't set: as much as a function with its explanation takes
REPLY_TOKENS = 512
_LARGEST_BODY = 8 << 20


@dataclass
class Spent:
    """What a task may use and has used.

    Attributes:
        budget_tokens: of prompts and replies together; cached prompt tokens count, as they do for the agent.
        deadline: on `time.monotonic`'s clock.
        refused: the calls that came after the budget's or the time's end.
    """

    task: str
    budget_tokens: int
    deadline: float = math.inf
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    refused: int = 0
    started: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def tokens(self) -> int:
        """Used so far."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def seconds(self) -> float:
        """Since the task began."""
        return time.monotonic() - self.started

    @property
    def over(self) -> str:
        """Why no further call is answered; empty while there is something left."""
        if self.tokens >= self.budget_tokens:
            return (
                f"budget exhausted: task {self.task} has used {self.tokens} of {self.budget_tokens} tokens "
                f"in {self.calls} calls."
            )
        if time.monotonic() >= self.deadline:
            return f"time is over: task {self.task} has reached its limit of seconds."
        return ""

    def to_json(self) -> dict[str, Any]:
        """What `/budget` answers."""
        return {
            "task": self.task,
            "budget_tokens": self.budget_tokens,
            "calls": self.calls,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "refused": self.refused,
            "over": self.over,
        }


class Refused(Exception):
    """A request that gets an error: its HTTP status, a word for programs, and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Endpoint:
    """The server, to be used as a context manager; `url` is its address.

    Args:
        backend: the model.
        budget_tokens: of a task that no `begin` or `/budget` gave another one.
        reply_tokens: the longest reply where the peer names no `max_tokens`.
        seed: of the first call of a task that names none; further calls count up from it, so that runs repeat.
    """

    def __init__(
        self, backend: Backend, *, budget_tokens: int, reply_tokens: int = REPLY_TOKENS, seed: int = 1
    ) -> None:
        self.backend, self.budget_tokens, self.reply_tokens, self.seed = (
            backend,
            budget_tokens,
            reply_tokens,
            seed,
        )
        self._tasks: dict[str, Spent] = {}
        self._current = ""
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="peers-endpoint", daemon=True
        )

    @property
    def url(self) -> str:
        """Without a path; OpenAI's clients want `/v1` behind it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.backend.abort()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def begin(self, task: str, *, budget_tokens: int | None = None, seconds: float = math.inf) -> Spent:
        """Start a task's budget anew; calls that name no task count for it from now on."""
        spent = Spent(task, budget_tokens or self.budget_tokens, time.monotonic() + seconds)
        with self._lock:
            self._tasks[task] = spent
            self._current = task
        return spent

    def spent(self, task: str = "") -> Spent:
        """The account of a task, by default of the current one.

        Raises:
            Refused: there is no such task.
        """
        with self._lock:
            name = task or self._current
            if name not in self._tasks:
                raise Refused(
                    400, "unknown_task", f"no budget was opened for the task {name!r}: POST /budget first."
                )
            return self._tasks[name]

    def answer(self, task: str, request: ChatRequest) -> ChatAnswer:
        """Ask the model on a task's account. The last call may overrun the budget by its prompt, never by its reply.

        Raises:
            Refused: the budget or the time is over.
            BackendError: the model failed.
        """
        spent = self.spent(task)
        with spent.lock:
            if over := spent.over:
                spent.refused += 1
                raise Refused(429, "budget_exhausted", over)
            if request.seed is None:
                request = replace(request, seed=self.seed + spent.calls)
            spent.calls += 1
            answer = self.backend.chat(request.at_most(spent.budget_tokens - spent.tokens))
            spent.prompt_tokens += answer.prompt_tokens
            spent.completion_tokens += answer.completion_tokens
        return answer

    # Requests, by path.

    def completions(self, task: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """OpenAI's `/v1/chat/completions`."""
        if body.get("tools"):
            raise Refused(400, "unsupported", "tools can't be used here: ask for a JSON schema.")
        wanted = body.get("max_completion_tokens") or body.get("max_tokens")
        answer = self.answer(
            task,
            _request(
                body.get("messages"),
                body,
                tokens=int(wanted or self.reply_tokens),
                schema=_openai_schema(body.get("response_format")),
            ),
        )
        finish = "length" if answer.done_reason == "length" else "stop"
        return {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.backend.name,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": answer.text},
                    "finish_reason": finish,
                    "logprobs": None,
                }
            ],
            "usage": {
                "prompt_tokens": answer.prompt_tokens,
                "completion_tokens": answer.completion_tokens,
                "total_tokens": answer.prompt_tokens + answer.completion_tokens,
            },
        }

    def chat(self, task: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ollama's `/api/chat`."""
        options = body.get("options") or {}
        wanted = int(options.get("num_predict") or 0)
        schema = body.get("format")
        if schema == "json":
            schema = {"type": "object"}
        answer = self.answer(
            task,
            _request(
                body.get("messages"),
                options,
                tokens=wanted if wanted > 0 else self.reply_tokens,
                schema=schema or None,
            ),
        )
        return {
            "model": self.backend.name,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "message": {"role": "assistant", "content": answer.text},
            "done": True,
            "done_reason": answer.done_reason,
            "prompt_eval_count": answer.prompt_tokens,
            "eval_count": answer.completion_tokens,
        }


def _request(
    messages: Any, options: Mapping[str, Any], *, tokens: int, schema: Mapping[str, Any] | None
) -> ChatRequest:
    stop = options.get("stop") or ()
    return ChatRequest(
        messages_of(messages),
        tokens,
        temperature=options.get("temperature"),
        top_p=options.get("top_p"),
        seed=options.get("seed"),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        schema=schema,
    )


def _openai_schema(wanted: Any) -> Mapping[str, Any] | None:
    if not wanted or wanted.get("type") == "text":
        return None
    if wanted.get("type") == "json_schema":
        schema: Mapping[str, Any] = wanted["json_schema"]["schema"]
        return schema
    return {"type": "object"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: Endpoint


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing: peers call often."""

    def do_GET(self) -> None:
        """`/budget?task=…` and `/v1/models`."""
        parts = urlsplit(self.path)
        try:
            if parts.path == "/budget":
                task = parse_qs(parts.query).get("task", [""])[0]
                self._send(200, self.server.endpoint.spent(task).to_json())
            elif parts.path == "/v1/models":
                model = {"id": self.server.endpoint.backend.name, "object": "model", "owned_by": "local"}
                self._send(200, {"object": "list", "data": [model]})
            else:
                raise Refused(404, "not_found", f"there is no {parts.path} here.")
        except Refused as refused:
            self._refuse(refused)

    def do_POST(self) -> None:
        """`/v1/chat/completions`, `/api/chat` and `/budget`."""
        try:
            self._post()
        except Refused as refused:
            self._refuse(refused)
        except BackendError as error:
            self._refuse(Refused(error.status, "model_failed", str(error)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._refuse(Refused(400, "bad_request", f"the request can't be read: {error!r}"))

    def _post(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            self.close_connection = True
            raise Refused(413, "too_large", "the request is too large.")
        body = json.loads(self.rfile.read(length) or b"{}")
        endpoint, path, task = self.server.endpoint, urlsplit(self.path).path, self.headers.get("X-Task", "")
        if path == "/v1/chat/completions":
            answer = endpoint.completions(task, body)
            if body.get("stream"):
                self._send_raw("text/event-stream", _events(answer))
            else:
                self._send(200, answer)
        elif path == "/api/chat":
            answer = endpoint.chat(task, body)
            self._send_raw("application/x-ndjson", json.dumps(answer).encode() + b"\n")
        elif path == "/budget":
            spent = endpoint.begin(str(body["task"]), budget_tokens=int(body.get("budget_tokens") or 0))
            self._send(200, spent.to_json())
        else:
            raise Refused(404, "not_found", f"there is no {path} here.")

    def _refuse(self, refused: Refused) -> None:
        error: Any = {"message": str(refused), "type": refused.code, "code": refused.code}
        if self.path.startswith("/api/"):
            error = str(refused)
        # OpenAI's clients try a 429 again unless they are told not to.
        self._send(refused.status, {"error": error}, {"x-should-retry": "false"})

    def _send(self, status: int, facts: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        self._send_raw("application/json", json.dumps(facts).encode(), status, headers or {})

    def _send_raw(
        self, kind: str, data: bytes, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        # A peer that was ended while it waited doesn't read its answer.
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)


def _events(answer: Mapping[str, Any]) -> bytes:
    """A whole answer as a stream of one piece."""
    choice = answer["choices"][0]
    head = {**answer, "object": "chat.completion.chunk"}
    pieces: list[dict[str, Any]] = [
        {**head, "usage": None, "choices": [{"index": 0, "delta": choice["message"], "finish_reason": None}]},
        {
            **head,
            "usage": None,
            "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}],
        },
        {**head, "choices": []},
    ]
    return b"".join(f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces) + b"data: [DONE]\n\n"
