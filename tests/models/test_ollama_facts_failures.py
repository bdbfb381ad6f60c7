"""Rows of the facts about Ollama and langchain-ollama that a production client must handle: what happens when it fails, is slow, or is left.

Each row stands as a comment above its tests, which run against a local server that speaks the Ollama protocol and can be
made to fail. The other rows are in the files beside this one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from apprentice.cancellation import CancelToken
from apprentice.errors import (
    Cancelled,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    StreamBroken,
    UsageError,
)
from apprentice.events import Event, PullProgress
from apprentice.models.client import ChatClient
from tests.models.ollama_server import ChatReply, OllamaServer, ServedModel

OpenClient = Callable[..., ChatClient]
ASK = [("user", "Write a function.")]


# No timeout by default


def test_deadline_for_the_first_token_is_tried_once_more(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(*[ChatReply(text="late", delay=4.0)] * 3)
    with pytest.raises(ModelTimeout, match="did not begin to answer"):
        open_client(first_token_timeout=0.6, ollama_parallel=3).complete("coder", ASK)
    assert len(server.chats) == 2


def test_deadline_for_silence_between_tokens(server: OllamaServer, open_client: OpenClient) -> None:
    server.queue(ChatReply(text="slow words", piece=5, piece_delay=2.0))
    with pytest.raises(ModelTimeout, match="fell silent"):
        open_client(first_token_timeout=5, silence_timeout=0.3, model_retries=0).complete("coder", ASK)


def test_deadline_for_the_whole_call_is_not_tried_again(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text="word " * 200, piece=5, piece_delay=0.05))
    with pytest.raises(ModelTimeout, match="did not finish"):
        open_client(call_timeout=1.0).complete("coder", ASK)
    assert len(server.chats) == 1


def test_deadline_for_connecting(open_client: OpenClient, settings: Any) -> None:
    # An address of the documentation range: nothing answers there, or the network says so at once.
    with pytest.raises((ModelTimeout, ModelUnavailable), match=r"192\.0\.2\.1"):
        open_client(ollama_host="http://192.0.2.1:11434", connect_timeout=0.3)


# Model missing, server down, error mid-stream, cut stream, empty messages, validation at start


def test_missing_model_names_the_pull_and_what_is_installed(
    server: OllamaServer, open_client: OpenClient
) -> None:
    with pytest.raises(ModelMissing, match=r"`ollama pull llama9`.*qwen3-coder:latest"):
        open_client(model="llama9")


def test_model_removed_while_in_use_is_missing_too(server: OllamaServer, open_client: OpenClient) -> None:
    client = open_client()
    server.models.clear()
    with pytest.raises(ModelMissing, match="ollama pull qwen3-coder"):
        client.complete("coder", ASK)


def test_missing_model_is_pulled_with_progress_when_confirmed(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    server.pullable["llama9:latest"] = ServedModel()
    asked: list[str] = []
    client = open_client(model="llama9", confirm_pull=lambda name: asked.append(name) or True)
    assert asked == ["llama9"]
    assert client.complete("coder", ASK).text == "Hello."
    progress = [event for event in seen if isinstance(event, PullProgress)]
    assert progress[-1].status == "success"
    assert any(event.total == 1000 for event in progress)


def test_pull_of_an_unknown_model_or_one_that_breaks_off_is_an_error(
    server: OllamaServer, open_client: OpenClient
) -> None:
    with pytest.raises(ModelMissing, match="file does not exist"):
        open_client(model="llama9", confirm_pull=lambda _: True)
    server.pullable["llama9:latest"] = ServedModel()
    server.pull_breaks_off = True
    with pytest.raises(StreamBroken, match="ollama pull llama9"):
        open_client(model="llama9", confirm_pull=lambda _: True)


def test_server_down_says_how_to_start_it(open_client: OpenClient, server: OllamaServer) -> None:
    client = open_client(model_retries=1)
    server.close()
    with pytest.raises(ModelUnavailable, match=r"No Ollama server answers at http://127.*ollama serve"):
        client.complete("coder", ASK)
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        open_client()


def test_error_in_mid_stream_is_tried_again_then_told(server: OllamaServer, open_client: OpenClient) -> None:
    failing = ChatReply(text="def ", error_after="llama runner process has terminated: signal: killed")
    server.queue(failing, "def f(): pass")
    client = open_client(model_retries=1)
    assert client.complete("coder", ASK).text == "def f(): pass"
    server.queue(failing, failing)
    with pytest.raises(StreamBroken, match="llama runner process has terminated"):
        client.complete("coder", ASK)


@pytest.mark.parametrize("end", ["reset", "half_line"])
def test_cut_stream_is_tried_again_then_told(server: OllamaServer, open_client: OpenClient, end: Any) -> None:
    broken = ChatReply(text="def half(", end=end)
    server.queue(broken, "def f(): pass")
    client = open_client(model_retries=1)
    assert client.complete("coder", ASK).text == "def f(): pass"
    server.queue(broken, broken)
    with pytest.raises(StreamBroken):
        client.complete("coder", ASK)


def test_empty_messages_are_refused_before_they_only_load_the_model(
    server: OllamaServer, open_client: OpenClient
) -> None:
    client = open_client()
    for nothing in ([], [("user", " \n")]):
        with pytest.raises(UsageError):
            client.complete("coder", nothing)
    assert server.chats == []


def test_load_reply_is_no_reply(server: OllamaServer, open_client: OpenClient) -> None:
    server.queue(ChatReply(load=True), "def f(): pass", ChatReply(load=True), ChatReply(load=True))
    client = open_client(model_retries=1)
    assert client.complete("coder", ASK).text == "def f(): pass"
    with pytest.raises(StreamBroken):
        client.complete("coder", ASK)


def test_opening_never_shows_a_validation_error_of_pydantic(
    server: OllamaServer, open_client: OpenClient
) -> None:
    for model in ("nothing-like-it", "no/such:model"):
        with pytest.raises(ModelMissing) as caught:
            open_client(model=model)
        assert "validation error" not in str(caught.value)


def test_no_message_carries_a_traceback_or_more_than_one_line(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(
        ChatReply(status=500, error="boom\nTraceback (most recent call last):\n  File x"),
        ChatReply(status=418, error="teapot"),
        ChatReply(raw="<html>proxy</html>"),
    )
    client = open_client(model_retries=0)
    for _ in range(3):
        with pytest.raises(ModelError) as caught:
            client.complete("coder", ASK)
        assert "Traceback" not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.next_step


def test_model_too_large_for_the_memory_is_not_tried_again(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(
        ChatReply(
            status=500, error="model requires more system memory (21.5 GiB) than is available (3.2 GiB)"
        )
    )
    with pytest.raises(ModelError, match="AGENT_NUM_CTX"):
        open_client().complete("coder", ASK)
    assert len(server.chats) == 1


# One request at a time by default, then 503


def test_requests_of_several_threads_wait_for_their_turn(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.parallel = 1
    server.queue(*[ChatReply(text="ok", delay=0.05)] * 6)
    first, second = open_client(model_retries=0), open_client(model_retries=0)
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda client=client: texts.append(client.complete("coder", ASK).text))
        for client in (first, second) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["ok"] * 6
    assert server.most_at_once == 1


def test_overloaded_server_is_tried_again_with_growing_pauses(
    server: OllamaServer, open_client: OpenClient
) -> None:
    busy = ChatReply(status=503, error="server busy, please try again.  maximum pending requests exceeded")
    server.queue(busy, busy, "def f(): pass")
    started = time.monotonic()
    assert open_client().complete("coder", ASK).text == "def f(): pass"
    assert time.monotonic() - started >= 0.5
    server.queue(busy, busy, busy)
    with pytest.raises(ModelUnavailable, match="overloaded"):
        open_client().complete("coder", ASK)


# A cancelled request is noticed only after the prompt is processed


def test_cancel_is_felt_at_once_even_while_the_server_reads_the_prompt(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text="never seen " * 50, delay=4.0))
    cancel = CancelToken()
    begun: list[float] = []

    def stop_once_it_reads() -> None:
        while not server.chats:
            time.sleep(0.01)
        begun.append(time.monotonic())
        cancel.cancel()

    stopper = threading.Thread(target=stop_once_it_reads)
    stopper.start()
    with pytest.raises(Cancelled):
        open_client().complete("coder", ASK, cancel=cancel)
    stopper.join()
    assert time.monotonic() - begun[0] < 3
    assert server.chats[0]["stream"] is True
    assert server.gone.wait(10), "the server must find the connection closed when it has read the prompt"


def test_cancel_in_the_middle_of_a_reply_and_while_waiting_for_a_turn(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text="word " * 2000, piece=5, piece_delay=0.02))
    client, cancel = open_client(), CancelToken()
    outcomes: list[BaseException] = []

    def ask() -> None:
        try:
            client.complete("coder", ASK, cancel=cancel)
        except Cancelled as error:
            outcomes.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    cancel.cancel()
    for thread in threads:
        thread.join(5)
    assert len(outcomes) == 2
