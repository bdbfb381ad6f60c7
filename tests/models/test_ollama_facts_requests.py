"""Rows of the facts about Ollama and langchain-ollama that a production client must handle: what is asked of the server.

Each row stands as a comment above its tests, which run against a local server that speaks the Ollama protocol and can be
made to fail. The other rows are in the files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from apprentice.errors import (
    ContextOverflow,
    ModelMissing,
)
from apprentice.models.base import CallOptions
from apprentice.models.client import ChatClient
from apprentice.models.ollama import normalised
from tests.models.ollama_server import ChatReply, OllamaServer, ServedModel

OpenClient = Callable[..., ChatClient]
ASK = [("user", "Write a function.")]


class Plan(BaseModel):
    name: str
    steps: list[str]


# The default context is 4096, and overlong prompts are cut in silence


def test_context_size_and_no_truncation_are_sent_with_every_call(
    server: OllamaServer, open_client: OpenClient
) -> None:
    client = open_client()
    client.complete("coder", ASK)
    client.complete("planner", ASK, CallOptions(max_tokens=50, temperature=0.9))
    for body in server.chats:
        assert body["options"]["num_ctx"] == 32768
        assert body["truncate"] is False
        assert body["shift"] is False


def test_overlong_prompt_is_refused_before_it_is_sent(server: OllamaServer, open_client: OpenClient) -> None:
    client = open_client(num_ctx=1024)
    with pytest.raises(ContextOverflow, match="AGENT_NUM_CTX"):
        client.complete("coder", [("user", "word " * 2000)])
    assert server.chats == []


def test_overlong_prompt_that_the_estimate_missed_is_an_error_not_a_cut(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.models["qwen3-coder:latest"].tokens_per_character = 2.0
    client = open_client(num_ctx=1024)
    with pytest.raises(ContextOverflow, match="longer than the context"):
        client.complete("coder", [("user", "字" * 600)])
    assert len(server.chats) == 1, "it must not be tried again unchanged"


def test_prompt_cut_in_silence_by_an_old_server_is_seen_in_prompt_eval_count(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.knows_truncate = False
    server.models["qwen3-coder:latest"].tokens_per_character = 2.0
    with pytest.raises(ContextOverflow, match="cut the prompt without a word"):
        open_client(num_ctx=1024).complete("coder", [("user", "x" * 2000)])


def test_empty_reply_to_a_prompt_of_which_little_was_read_is_a_context_error(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue(ChatReply(text="", prompt_eval_count=300))
    with pytest.raises(ContextOverflow, match="read only 300 tokens"):
        open_client().complete("coder", [("user", "word " * 2000)])


# langchain-ollama can't send those two fields


def test_transport_adds_the_fields_to_chat_requests_only_and_keeps_the_rest(
    server: OllamaServer, open_client: OpenClient
) -> None:
    open_client().complete("coder", [("system", "Be brief."), ("user", "Grüße, 世界")])
    (body,) = server.chats
    assert [message["content"] for message in body["messages"]] == ["Be brief.", "Grüße, 世界"]
    others = [request for request in server.requests if request.path != "/api/chat"]
    assert others
    assert all("truncate" not in request.body for request in others)


# A different num_ctx from call to call reloads the model


def test_one_context_size_and_keep_alive_for_all_roles_so_that_the_model_is_loaded_once(
    server: OllamaServer, open_client: OpenClient
) -> None:
    client = open_client(keep_alive="45m")
    for role in ("planner", "coder", "tester", "analyst"):
        client.complete(role, ASK, CallOptions(max_tokens=10 if role == "coder" else None))
    server.queue('{"name": "a", "steps": []}')
    client.structured("planner", ASK, Plan)
    assert server.loads == [("qwen3-coder", 32768)]
    assert {body["keep_alive"] for body in server.chats} == {"45m"}


@pytest.mark.parametrize(
    ("model", "trained", "changes", "expected"),
    [
        ("qwen3-coder", 262144, {}, 32768),
        ("glm-4.7-flash", 202752, {}, 8192),
        ("small", 2048, {}, 2048),
        ("qwen3-coder", 262144, {"max_num_ctx": 16384}, 16384),
        ("qwen3-coder", 262144, {"num_ctx": 65536}, 65536),
        ("small", 2048, {"num_ctx": 65536}, 2048),
    ],
)
def test_context_size_comes_from_the_model_under_the_settings(
    server: OllamaServer,
    open_client: OpenClient,
    model: str,
    trained: int,
    changes: dict[str, Any],
    expected: int,
) -> None:
    server.models[f"{model}:latest"] = ServedModel(context_length=trained)
    assert open_client(model=model, **changes).info("coder").context_tokens == expected


def test_keep_alive_in_seconds_is_sent_as_a_number(server: OllamaServer, open_client: OpenClient) -> None:
    open_client(keep_alive="-1").complete("coder", ASK)
    assert server.chats[0]["keep_alive"] == -1


# The OpenAI-compatible endpoint ignores num_ctx and think


def test_only_the_native_endpoint_is_used(server: OllamaServer, open_client: OpenClient) -> None:
    open_client().complete("coder", ASK)
    assert {request.path for request in server.requests} == {"/api/tags", "/api/show", "/api/chat"}


# Names in /api/tags carry :latest


def test_names_are_compared_with_their_tag(server: OllamaServer, open_client: OpenClient) -> None:
    server.models = {"qwen3-coder:latest": ServedModel(), "hf.co/Some/Model-GGUF:Q4_K_M": ServedModel()}
    for name in ("qwen3-coder", "qwen3-coder:latest", "ollama:qwen3-coder", "hf.co/Some/Model-GGUF:Q4_K_M"):
        assert open_client(model=name).info("coder").provider == "ollama"
    with pytest.raises(ModelMissing):
        open_client(model="qwen3-coder:30b")
    with pytest.raises(ModelMissing):
        open_client(model="qwen3")
    assert normalised("localhost:5000/me/model") == "localhost:5000/me/model:latest"


# Seeds do not reproduce when the prompt cache is warm


def test_seed_is_sent_but_nothing_depends_on_the_same_answer(
    server: OllamaServer, open_client: OpenClient
) -> None:
    server.queue("one wording", "another wording")
    client = open_client()
    options = CallOptions(seed=7, temperature=0.0, stop=("```",))
    assert client.complete("coder", ASK, options).text != client.complete("coder", ASK, options).text
    assert [body["options"]["seed"] for body in server.chats] == [7, 7]
    assert server.chats[0]["options"]["stop"] == ["```"]
    client.complete("coder", ASK)
    assert "seed" not in server.chats[2]["options"]


# The prompt cache is per prefix


def test_changing_part_of_a_prompt_comes_last_so_that_its_prefix_stays(
    server: OllamaServer, open_client: OpenClient
) -> None:
    valid = '{"name": "x", "steps": []}'
    server.queue(valid, "no JSON", valid)
    client, stable = open_client(), ("system", "The long and stable part.")
    client.structured("planner", [stable, ("user", "first question")], Plan)
    client.structured("planner", [stable, ("user", "second question")], Plan)
    first, second, repair = (body["messages"] for body in server.chats)
    assert first[0] == second[0] == repair[0]
    assert first[1]["content"].startswith("first question")
    assert repair[: len(second)] == second, "a repair turn goes on after the whole earlier prompt"


# A model's own chat template can be replaced by Ollama's guess


def test_instructions_are_in_the_messages_and_no_default_is_relied_on(
    server: OllamaServer, open_client: OpenClient
) -> None:
    open_client().complete("coder", [("system", "You write Python."), *ASK])
    (body,) = server.chats
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert not {"system", "template", "raw"} & set(body)
