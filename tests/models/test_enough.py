"""A reply is cut as soon as it has what was asked for: the server is stopped, and nothing of the call stays behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from apprentice.events import Event, EventStream, ModelCalled
from apprentice.models.base import ENOUGH, CallOptions
from apprentice.models.choose import open_models
from apprentice.models.client import ChatClient
from apprentice.models.scripted import ScriptedChatModel, ScriptedReply
from apprentice.settings import load_settings
from tests.models.ollama_server import ChatReply, OllamaServer, ServedModel

OpenClient = Callable[..., ChatClient]
ASK = [("user", "Write a function double(x).")]
CODE = "```python\ndef double(x):\n    return 2 * x\n```\n"
TALK = CODE + "This function doubles a number. " * 200


def closed(text: str) -> bool:
    return text.count("```") == 2


def no_call_left() -> bool:
    """Whether the threads of all calls end soon."""
    deadline = time.monotonic() + 5
    while any(thread.name in ("model-call", "embedded-model") for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_server_is_stopped_and_the_next_call_goes_through(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    server.parallel = 1
    server.queue(ChatReply(text=TALK, piece_delay=0.01), ChatReply(text="next"))
    client = open_client(model_retries=2)
    reply = client.complete("coder", ASK, CallOptions(enough=closed))
    assert reply.done_reason == ENOUGH
    assert reply.text.startswith(CODE)
    assert len(reply.text) < len(CODE) + 60
    assert server.gone.wait(5), "the server must see that nobody listens any more"
    assert no_call_left()
    assert client.complete("coder", ASK, CallOptions(enough=closed)).text == "next"
    called = [event for event in seen if isinstance(event, ModelCalled) and not event.error]
    assert [event.done_reason for event in called] == [ENOUGH, "stop"]


def test_cut_call_is_never_free(server: OllamaServer, open_client: OpenClient) -> None:
    """The server's figures come with the last line, which isn't waited for."""
    server.queue(ChatReply(text=TALK, piece=4))
    reply = open_client().complete("coder", ASK, CallOptions(enough=closed))
    assert reply.usage.calls == 1
    assert reply.usage.prompt_tokens >= len(ASK[0][1]) // 4
    assert len(CODE) / 4 <= reply.usage.completion_tokens <= len(CODE) / 4 + 15


def test_prompt_of_a_cut_call_is_estimated_by_what_the_server_counted_before(
    server: OllamaServer, open_client: OpenClient
) -> None:
    client = open_client()
    whole = client.complete("planner", ASK)
    server.queue(TALK)
    cut = client.complete("coder", ASK, CallOptions(enough=closed))
    assert (cut.done_reason, cut.usage.prompt_tokens) == (ENOUGH, whole.usage.prompt_tokens)


def test_reply_that_ends_where_it_is_whole_has_the_figures_of_the_server(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text=CODE, prompt_eval_count=77))
    reply = open_client().complete("coder", ASK, CallOptions(enough=closed))
    assert (reply.done_reason, reply.usage.prompt_tokens) == ("stop", 77)


def test_code_among_the_thoughts_is_not_the_answer(server: OllamaServer, open_client: OpenClient) -> None:
    server.models["qwen3-coder:latest"] = ServedModel(capabilities=("completion", "thinking"))
    server.queue(
        ChatReply(text=TALK.replace("2 * x", "x + x"), thinking=CODE),
        f"<think>\n{CODE}Hm, or rather so.\n</think>\n{TALK}",
    )
    client = open_client(thinking=True)
    for expected in ("x + x", "2 * x"):
        reply = client.complete("coder", ASK, CallOptions(enough=closed))
        assert reply.text.count("```") == 2
        assert expected in reply.text


def test_it_is_asked_a_few_times_per_hundred_characters() -> None:
    lengths: list[int] = []

    def count(text: str) -> bool:
        lengths.append(len(text))
        return False

    model = ScriptedChatModel(replies=[" ".join(str(number) for number in range(1000, 1400))])
    client = open_models(load_settings(), EventStream(), model=model)
    client.complete("coder", ASK, CallOptions(enough=count))
    assert 40 <= len(lengths) <= 100
    assert lengths == sorted(lengths)


def test_script_is_stopped_like_a_model() -> None:
    model = ScriptedChatModel(
        replies=[ScriptedReply(text=TALK, piece_delay=0.002), ScriptedReply(text="next")]
    )
    client = open_models(load_settings(), EventStream(), model=model)
    reply = client.complete("coder", ASK, CallOptions(enough=closed))
    assert (reply.done_reason, len(reply.text) < 200) == (ENOUGH, True)
    assert reply.usage.prompt_tokens > 0
    assert 0 < reply.usage.completion_tokens < 20
    assert no_call_left()
    assert client.complete("coder", ASK).text == "next"


def test_error_in_what_decides_stops_the_call_and_is_raised() -> None:
    def broken(text: str) -> bool:
        raise RuntimeError("no idea")

    model = ScriptedChatModel(replies=[ScriptedReply(text=TALK, piece_delay=0.002)])
    client = open_models(load_settings(), EventStream(), model=model)
    with pytest.raises(RuntimeError, match="no idea"):
        client.complete("coder", ASK, CallOptions(enough=broken))
    assert no_call_left()
