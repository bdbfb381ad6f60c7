"""Rows of the facts about Ollama and langchain-ollama that a production client must handle: what is made of its replies.

Each row stands as a comment above its tests, which run against a local server that speaks the Ollama protocol and can be
made to fail. The other rows are in the files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from langchain_core.messages import AIMessageChunk
from pydantic import BaseModel, ConfigDict, Field

from apprentice.errors import (
    ModelUnsupported,
    ReplyCut,
    ReplyInvalid,
    ReplyLooped,
    StreamBroken,
)
from apprentice.events import Event, ModelCalled, ModelProgress
from apprentice.models.base import CallOptions
from apprentice.models.client import ChatClient
from apprentice.models.ollama import OllamaProvider
from tests.models.ollama_server import ChatReply, OllamaServer, ServedModel

OpenClient = Callable[..., ChatClient]
ASK = [("user", "Write a function.")]


class Plan(BaseModel):
    name: str
    steps: list[str]


# A stream that ends cleanly without done


def test_stream_that_ends_without_done_is_tried_again(server: OllamaServer, open_client: OpenClient) -> None:
    server.queue(ChatReply(text="def half(", end="clean"), "def whole(): pass")
    assert open_client().complete("coder", ASK).text == "def whole(): pass"


def test_stream_that_always_ends_without_done_is_an_error_not_half_a_program(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(*[ChatReply(text="def half(", end="clean")] * 3)
    with pytest.raises(StreamBroken, match="before the model said that it was done"):
        open_client().complete("coder", ASK)
    assert len(server.chats) == 3


# done_reason: length


def test_reply_cut_at_its_limit_is_never_taken_as_whole_nor_tried_again(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text="def half(a, b", done_reason="length"))
    with pytest.raises(ReplyCut, match="AGENT_NUM_PREDICT") as caught:
        open_client().complete("coder", ASK)
    assert caught.value.text == "def half(a, b"
    assert len(server.chats) == 1


# Endless repetition


def test_replies_are_always_capped(server: OllamaServer, open_client: OpenClient) -> None:
    client = open_client(num_predict=777)
    client.complete("coder", ASK)
    client.complete("coder", ASK, CallOptions(max_tokens=33))
    assert [body["options"]["num_predict"] for body in server.chats] == [777, 33]


def test_endless_repetition_is_stopped_and_asked_once_more_hotter(
    server: OllamaServer, open_client: OpenClient
) -> None:
    endless = ChatReply(text="print('again and again')\n" * 2000, piece=25, piece_delay=0.001)
    server.queue(endless, "def f(): pass")
    assert open_client().complete("coder", ASK).text == "def f(): pass"
    first, second = (body["options"] for body in server.chats)
    assert second["temperature"] > first["temperature"]
    assert second["repeat_penalty"] > 1.0
    assert "repeat_penalty" not in first


def test_second_endless_repetition_is_an_error_and_the_server_is_left(
    server: OllamaServer, open_client: OpenClient
) -> None:
    endless = ChatReply(text="print('again and again')\n" * 20_000, piece=25, piece_delay=0.001)
    server.queue(endless, endless)
    with pytest.raises(ReplyLooped):
        open_client().complete("coder", ASK)
    assert len(server.chats) == 2
    assert server.gone.wait(10), "the connection must be closed so that the server stops"


# Thinking models


def test_thinking_is_never_sent_to_a_model_that_cannot(server: OllamaServer, open_client: OpenClient) -> None:
    open_client(thinking=True).complete("coder", ASK)
    assert "think" not in server.chats[0]


@pytest.mark.parametrize("thinking", [True, False])
def test_thinking_follows_the_setting_for_a_model_that_can(
    server: OllamaServer, open_client: OpenClient, thinking: bool
) -> None:
    server.models["deep:latest"] = ServedModel(capabilities=("completion", "thinking"))
    server.queue(ChatReply(text="42", thinking="Let me see."))
    reply = open_client(model="deep", thinking=thinking).complete("coder", ASK)
    assert server.chats[0]["think"] is thinking
    assert (reply.text, reply.thinking) == ("42", "Let me see." if thinking else "")


def test_thoughts_in_the_text_are_taken_out_also_unclosed_ones(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue("<think>\nhm\n</think>\n\ndef f(): pass", "<think>\nhm, and hm")
    client = open_client()
    reply = client.complete("coder", ASK)
    assert (reply.text, reply.thinking) == ("def f(): pass", "hm")
    with pytest.raises(ReplyInvalid, match="thoughts only"):
        client.complete("coder", ASK)


def test_thoughts_that_eat_the_budget_are_named_as_the_cause(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.models["deep:latest"] = ServedModel(capabilities=("completion", "thinking"))
    server.queue(ChatReply(thinking="and then " * 20, done_reason="length"))
    with pytest.raises(ReplyCut, match=r"all of them thoughts.*AGENT_THINKING=false"):
        open_client(model="deep", thinking=True).complete("coder", ASK)


def test_refusal_to_think_is_a_typed_error(server: OllamaServer, open_client: OpenClient) -> None:
    server.models["liar:latest"] = ServedModel(capabilities=("completion", "thinking"))
    client = open_client(model="liar", thinking=True)
    server.models["liar:latest"].capabilities = ("completion",)
    with pytest.raises(ModelUnsupported, match=r"does not support thinking.*AGENT_THINKING=false"):
        client.complete("coder", ASK)


def test_empty_reply_is_an_error_with_a_next_step(server: OllamaServer, open_client: OpenClient) -> None:
    server.queue("  \n")
    with pytest.raises(ReplyInvalid, match="empty text") as caught:
        open_client().complete("coder", ASK)
    assert caught.value.next_step


# format is ignored by some models, comes back in a fence; $ref, anyOf and pattern fail


class Part(BaseModel):
    kind: str = Field(pattern="^[a-z]+$")


class Nested(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    parts: list[Part]
    note: str | None = None


def test_schema_is_sent_flat_and_stands_in_the_prompt_too(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue('{"title": "t", "parts": [{"kind": "a"}]}')
    answer, usage = open_client().structured("planner", [("system", "Plan."), ("user", "Go.")], Nested)
    assert answer == Nested(title="t", parts=[Part(kind="a")])
    assert usage.calls == 1
    (body,) = server.chats
    assert not any(word in str(body["format"]) for word in ("$ref", "$defs", "anyOf", "pattern"))
    assert body["format"]["properties"]["parts"]["items"]["properties"] == {"kind": {"type": "string"}}
    assert '"parts"' in body["messages"][-1]["content"]


def test_fenced_json_and_words_around_it_are_understood(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue('Here you are:\n```json\n{"name": "x", "steps": ["a"]}\n```\nGood luck!')
    answer, _ = open_client().structured("planner", ASK, Plan)
    assert answer == Plan(name="x", steps=["a"])


def test_ignored_format_gets_one_repair_turn_that_shows_the_problem(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue("I would start with a list.", '{"name": "x", "steps": ["a"]}')
    answer, usage = open_client().structured("planner", ASK, Plan)
    assert answer.name == "x"
    assert usage.calls == 2
    repair = server.chats[1]["messages"]
    assert repair[-2]["content"] == "I would start with a list."
    assert "There is no JSON object" in repair[-1]["content"]


def test_second_misfit_ends_as_invalid_after_exactly_one_repair(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue('{"name": 1}', '{"name": "x", "steps": "none"}')
    with pytest.raises(ReplyInvalid, match="steps"):
        open_client().structured("planner", ASK, Plan)
    assert len(server.chats) == 2
    assert "steps: Field required" in server.chats[1]["messages"][-1]["content"]


# Tools on a model without a tool template


def test_core_flow_sends_no_tools_and_a_refusal_is_a_typed_error(
    server: OllamaServer, open_client: OpenClient
) -> None:
    client = open_client()
    client.complete("coder", ASK)
    assert not server.chats[0].get("tools")
    provider = client.provider("coder")
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}
    with pytest.raises(Exception, match="does not support tools") as caught:
        list(provider.chat.stream(ASK, tools=[tool]))
    assert isinstance(provider.translate(caught.value), ModelUnsupported)


# Streamed replies are x-ndjson; usage and speed come from the last line


def test_usage_and_speed_come_from_the_last_line(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    server.queue(ChatReply(text="word " * 20, piece=5, piece_delay=0.03, prompt_eval_count=123))
    pieces: list[str] = []
    reply = open_client().complete(
        "coder", ASK, run_id="r1", on_token=lambda text, usage: pieces.append(text)
    )
    assert "".join(pieces) == reply.text
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.calls) == (123, 20, 1)
    assert reply.usage.tokens_per_second == pytest.approx(50.0)
    assert 0 < reply.usage.first_token_seconds < reply.usage.seconds
    assert reply.done_reason == "stop"
    (called,) = [event for event in seen if isinstance(event, ModelCalled)]
    assert (called.role, called.run_id, called.prompt_tokens, called.error) == ("coder", "r1", 123, "")
    progress = [event for event in seen if isinstance(event, ModelProgress)]
    assert progress
    assert all(b.at - a.at > 0.15 for a, b in pairwise(progress)), "at most about five a second"


def test_last_line_reaches_us_through_langchain(server: OllamaServer, open_client: OpenClient) -> None:
    provider = open_client().provider("coder")
    assert isinstance(provider, OllamaProvider)
    server.queue("Hello there.")
    chunks = [chunk for chunk in provider.chat.stream(ASK) if isinstance(chunk, AIMessageChunk)]
    facts = {key: value for chunk in chunks for key, value in chunk.response_metadata.items()}
    assert facts["done_reason"] == "stop"
    assert facts["eval_count"] > 0


def test_failed_calls_are_told_as_events_too(
    server: OllamaServer, open_client: OpenClient, seen: list[Event]
) -> None:
    server.queue(ChatReply(text="half", end="clean"), "whole")
    reply = open_client().complete("coder", ASK)
    failed, done = [event for event in seen if isinstance(event, ModelCalled)]
    assert "done" in failed.error
    assert done.error == ""
    assert reply.usage.calls == 2
