"""The embedded model, in earnest: it streams, keeps to schemas, goes on with a prefill, and can be stopped."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from apprentice.cancellation import CancelToken
from apprentice.errors import Cancelled, ContextOverflow, ModelMissing, ReplyCut
from apprentice.events import EventStream
from apprentice.models import embedded_engine
from apprentice.models.base import ENOUGH, CallOptions
from apprentice.models.choose import open_models
from apprentice.models.client import ChatClient
from apprentice.models.embedded import EmbeddedProvider
from apprentice.settings import load_settings

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not embedded_engine.is_installed(None), reason="the embedded model is not installed"),
]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatClient]:
    monkeypatch.delenv("AGENT_NO_MODELS", raising=False)
    with open_models(
        load_settings(model="embedded", embedded_threads=1, num_ctx=1024), EventStream()
    ) as opened:
        yield opened


class Puppy(BaseModel):
    name: str
    good: bool


def test_real_model_writes_code_by_schema_and_from_its_cache(
    client: ChatClient, capfd: pytest.CaptureFixture[str]
) -> None:
    options = CallOptions(
        temperature=0.0, seed=1, max_tokens=80, stop=("\n```",), prefill="```python\ndef is_even(n):\n"
    )
    messages = [("user", "Write a Python function is_even(n) that tells whether n is even.")]
    pieces: list[str] = []
    reply = client.complete("coder", messages, options, on_token=lambda text, _: pieces.append(text))
    assert reply.text.startswith("```python\ndef is_even(n):\n")
    assert "return" in reply.text
    assert not reply.text.endswith("```")
    assert len(pieces) > 3
    assert reply.usage.prompt_tokens > 20
    assert reply.usage.tokens_per_second > 0
    again = client.complete("coder", messages, options)
    assert again.usage.cached_tokens > reply.usage.prompt_tokens // 2, "the prefix cache must be used"
    puppy, _ = client.structured("planner", [("user", "Invent a puppy.")], Puppy, CallOptions(max_tokens=60))
    assert puppy.name
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", ""), "the library must be silent"


def test_limits_are_typed_errors(client: ChatClient) -> None:
    with pytest.raises(ReplyCut) as caught:
        client.complete("coder", [("user", "Tell a story.")], CallOptions(max_tokens=5))
    assert caught.value.text
    with pytest.raises(ContextOverflow, match="context"):
        client.complete("coder", [("user", "a 1 " * 2000)])


def test_cancel_stops_reading_the_prompt_and_the_next_call_goes_through(client: ChatClient) -> None:
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        client.complete(
            "coder", [("user", "Go on and on. " * 150)], CallOptions(max_tokens=900), cancel=cancel
        )
    assert time.monotonic() - started < 5
    with pytest.raises(ReplyCut):
        client.complete("coder", [("user", "Say hello.")], CallOptions(max_tokens=2))


def test_reply_is_cut_where_it_is_enough_with_exact_figures_and_the_next_call_goes_through(
    client: ChatClient,
) -> None:
    messages = [("user", "Write a Python function is_even(n) that tells whether n is even. Explain it well.")]
    options = CallOptions(temperature=0.0, seed=1, max_tokens=300)
    whole = client.complete("coder", messages, replace(options, stop=("\n```",)))
    cut = client.complete("coder", messages, replace(options, enough=lambda text: text.count("```") == 2))
    assert cut.done_reason == ENOUGH
    assert cut.text.startswith(whole.text)
    assert cut.usage.prompt_tokens == whole.usage.prompt_tokens
    assert cut.usage.cached_tokens > 0
    assert whole.usage.completion_tokens <= cut.usage.completion_tokens < 250
    assert client.complete("coder", messages, replace(options, stop=("\n```",))).text == whole.text


def test_nobody_else_on_the_machine_can_use_its_listener(client: ChatClient) -> None:
    provider = client.provider("coder")
    assert isinstance(provider, EmbeddedProvider)
    with pytest.raises(ReplyCut):
        client.complete("coder", [("user", "Say hello.")], CallOptions(max_tokens=2))
    address = provider.chat.engine.listening_address
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{address}/v1/models", timeout=5)
    caught.value.close()
    assert caught.value.code == 401


def test_agents_share_one_loaded_model() -> None:
    settings = load_settings(embedded_threads=1, num_ctx=1024)
    assert EmbeddedProvider(settings).chat.engine is EmbeddedProvider(settings).chat.engine


def test_program_that_ends_in_the_middle_of_a_reply_ends_cleanly() -> None:
    code = """
        import threading, time
        from apprentice.events import EventStream
        from apprentice.models.base import ENOUGH, CallOptions
        from apprentice.models.choose import open_models
        from apprentice.settings import load_settings
        client = open_models(load_settings(model="embedded", embedded_threads=1, num_ctx=512), EventStream())
        begun = threading.Event()
        def ask():
            client.complete("coder", [("user", "Tell a long story.")], CallOptions(max_tokens=400),
                            on_token=lambda *_: begun.set())
        threading.Thread(target=ask, daemon=True).start()
        begun.wait(60)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=Path(__file__).parents[2],
        env={"PATH": "/usr/bin:/bin", "OMP_WAIT_POLICY": "passive"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gone\.gguf"):
        EmbeddedProvider(load_settings(embedded_model=tmp_path / "gone.gguf"))
