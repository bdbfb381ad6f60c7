"""The scripted model: the same script gives the same run, and its failures are like real ones."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import (
    Cancelled,
    ContextOverflow,
    ModelError,
    ModelUnavailable,
    ReplyCut,
    StreamBroken,
    UsageError,
)
from apprentice.events import Event, EventStream, ModelCalled
from apprentice.models.base import CallOptions
from apprentice.models.choose import open_models
from apprentice.models.client import ChatClient
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from apprentice.settings import load_settings


def client_of(model: ScriptedChatModel, events: EventStream | None = None, **settings: Any) -> ChatClient:
    return open_models(load_settings(**settings), events or EventStream(), model=model)


def ask(client: ChatClient, text: str, role: Any = "coder", **options: Any) -> str:
    return client.complete(role, [("user", text)], CallOptions(**options)).text


def test_replies_come_in_their_order_and_then_a_clear_error() -> None:
    model = ScriptedChatModel(replies=["one", {"text": "two"}])
    client = client_of(model)
    assert [ask(client, "a"), ask(client, "b")] == ["one", "two"]
    with pytest.raises(ModelError, match=r"no reply left for 'c' \(call 3\)"):
        ask(client, "c")
    assert model.prompts == [[("user", "a")], [("user", "b")], [("user", "c")]]


def test_rules_match_the_last_user_message_and_the_role_and_cycle() -> None:
    model = ScriptedChatModel(
        rules=[
            {"match": "^Plan", "role": "planner", "replies": ["a plan"]},
            {"match": "Plan|Write", "replies": ["first", "second"]},
        ]
    )
    client = client_of(model)
    assert ask(client, "Plan it", "planner") == "a plan"
    assert [ask(client, "Plan it"), ask(client, "Write it"), ask(client, "Write")] == [
        "first",
        "second",
        "first",
    ]


def test_callable_answers_first() -> None:
    model = ScriptedChatModel(
        respond=lambda prompt, role: f"{role}: {prompt[-1][1]}" if role == "coder" else None,
        replies=["listed"],
    )
    client = client_of(model)
    assert ask(client, "x") == "coder: x"
    assert ask(client, "x", "tester") == "listed"


def test_script_is_loaded_from_a_file_and_a_rule_with_one_reply_has_no_state(tmp_path: Path) -> None:
    script = tmp_path / "demo.json"
    script.write_text(json.dumps({"rules": [{"match": "even", "replies": ["def is_even(n): ..."]}]}))
    for _ in range(2):  # as two processes would
        client = open_models(load_settings(model=f"scripted:{script}"), EventStream())
        assert client.info("coder").name == "scripted:demo.json"
        assert ask(client, "is_even please") == "def is_even(n): ..."


@pytest.mark.parametrize(
    "content",
    ["not json", "[]", '{"answers": []}', '{"rules": [{"match": "(", "replies": ["x"]}]}', '{"replies": [{"txt": 1}]}',
     '{"rules": [{"match": "x", "replies": []}]}'],
)  # fmt: skip
def test_wrong_script_is_a_usage_error(tmp_path: Path, content: str) -> None:
    script = tmp_path / "demo.json"
    script.write_text(content)
    with pytest.raises(UsageError, match=r"demo\.json"):
        open_models(load_settings(model=f"scripted:{script}"), EventStream())
    with pytest.raises(UsageError, match="can't be read"):
        open_models(load_settings(model=f"scripted:{tmp_path / 'none.json'}"), EventStream())


def test_errors_and_cuts_are_simulated_and_handled_like_real_ones() -> None:
    replies = [{"error": "server down"}, "ok", {"text": "half", "done_reason": ""}, "whole"]
    client = client_of(ScriptedChatModel(replies=replies))
    assert [ask(client, "a"), ask(client, "b")] == ["ok", "whole"]
    cases: list[tuple[dict[str, str], type[ModelError]]] = [
        ({"error": "server down"}, ModelUnavailable),
        ({"text": "half", "done_reason": ""}, StreamBroken),
        ({"text": "half", "done_reason": "length"}, ReplyCut),
        ({"error": "anything else"}, ModelError),
    ]
    for reply, kind in cases:
        with pytest.raises(kind):
            ask(client_of(ScriptedChatModel(replies=[reply]), model_retries=0), "a")


def test_delay_ends_at_once_when_the_call_is_cancelled() -> None:
    client, cancel = client_of(ScriptedChatModel(replies=[{"text": "x", "delay": 30}])), CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        client.complete("coder", [("user", "a")], cancel=cancel)
    assert time.monotonic() - started < 2
    deadline = time.monotonic() + 5
    while any(thread.name == "model-call" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "the thread of the aborted call must end"
        time.sleep(0.02)


def test_deadline_of_the_run_stops_the_call_too() -> None:
    client = client_of(ScriptedChatModel(replies=[{"text": "x", "delay": 30}]))
    with pytest.raises(Cancelled, match="time"):
        client.complete("coder", [("user", "a")], cancel=CancelToken(seconds=0.1))


def test_stop_strings_thoughts_usage_and_events() -> None:
    events, seen = EventStream(), list[Event]()
    events.subscribe(seen.append)
    model = ScriptedChatModel(replies=[ScriptedReply(text="code\n```\nmore", thinking="hm")])
    reply = client_of(model, events).complete("coder", [("user", "a")], CallOptions(stop=("\n```",)))
    assert (reply.text, reply.thinking, reply.done_reason) == ("code", "hm", "stop")
    assert reply.usage.completion_tokens > 0
    (called,) = [event for event in seen if isinstance(event, ModelCalled)]
    assert called.completion_tokens == reply.usage.completion_tokens


def test_context_limit_holds_for_the_script_as_well() -> None:
    with pytest.raises(ContextOverflow):
        ask(client_of(ScriptedChatModel(replies=["x"]), num_ctx=512), "word " * 1000)


def test_listener_of_tokens_that_raises_stops_the_call() -> None:
    def refuse(text: str, usage: object) -> None:
        raise RuntimeError("enough")

    client = client_of(ScriptedChatModel(replies=["some text"]))
    with pytest.raises(RuntimeError, match="enough"):
        client.complete("coder", [("user", "a")], on_token=refuse)


def test_mistake_in_the_callable_is_a_typed_error() -> None:
    def wrong(prompt: object, role: str) -> str:
        raise KeyError("oops")

    with pytest.raises(ModelError, match="KeyError"):
        ask(client_of(ScriptedChatModel(respond=wrong)), "a")


def test_it_is_an_ordinary_langchain_model() -> None:
    make: Callable[[], ScriptedChatModel] = lambda: ScriptedChatModel(replies=["hello there"])  # noqa: E731
    assert make().invoke("hi").text == "hello there"
    assert "".join(str(chunk.text) for chunk in make().stream("hi")) == "hello there"
