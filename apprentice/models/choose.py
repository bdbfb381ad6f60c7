"""Which model serves which role: what the settings name, or what is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from apprentice.errors import ModelUnavailable, UsageError
from apprentice.events import EventStream, Notice
from apprentice.models.base import Provider
from apprentice.models.client import ChatClient
from apprentice.settings import Role, Settings

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

ConfirmPull = Callable[[str], bool]

_PROBE_SECONDS = 1.0


def open_models(
    settings: Settings,
    events: EventStream,
    *,
    confirm_pull: ConfirmPull | None = None,
    model: BaseChatModel | None = None,
) -> ChatClient:
    """The models of an agent, ready to be asked.

    A role's model is named in the settings: `embedded`, `scripted:FILE`, `ollama:NAME`, `PROVIDER:NAME` for a provider
    that LangChain knows (`openai:…`), else a name for Ollama (`qwen3-coder:30b`). Where nothing is named, it is the
    default model on the Ollama server if one answers, else the embedded one, with a `Notice` that says so.

    Args:
        settings: names, server, limits.
        events: gets notices, progress and figures.
        confirm_pull: asked with a model's name whether Ollama should download it; None for no.
        model: a LangChain chat model for all roles, instead of those in the settings.

    Raises:
        ModelUnavailable: no server answers, and nothing is installed.
        ModelMissing: the server, or this machine, doesn't have the model.
        UsageError: a name can't be used; or AGENT_NO_MODELS is set and the model isn't a scripted one.
    """
    roles: tuple[Role, ...] = get_args(Role)
    if model is not None:
        provider = _wrap(model, settings)
        return ChatClient(dict.fromkeys(roles, provider), settings, events)
    opened: dict[str, Provider] = {}
    try:
        for name in dict.fromkeys(settings.model_for(role) for role in roles):
            opened[name] = _open(name.strip(), settings, events, confirm_pull)
    except BaseException:
        for provider in opened.values():
            provider.close()
        raise
    return ChatClient({role: opened[settings.model_for(role)] for role in roles}, settings, events)


def _wrap(model: BaseChatModel, settings: Settings) -> Provider:
    from apprentice.models.remote import RemoteProvider
    from apprentice.models.scripted import ScriptedChatModel, ScriptedProvider

    if isinstance(model, ScriptedChatModel):
        return ScriptedProvider(model, settings)
    name = getattr(model, "model_name", None) or getattr(model, "model", None) or type(model).__name__
    return RemoteProvider(model, str(name), settings)


def _open(name: str, settings: Settings, events: EventStream, confirm_pull: ConfirmPull | None) -> Provider:
    prefix, colon, rest = name.partition(":")
    if prefix == "scripted" and colon:
        from apprentice.models.scripted import ScriptedChatModel, ScriptedProvider

        return ScriptedProvider(ScriptedChatModel.load(Path(rest).expanduser()), settings)
    if os.environ.get("AGENT_NO_MODELS") == "1":
        raise UsageError(
            f"AGENT_NO_MODELS=1 forbids {name or 'all real models'}.",
            "Use scripted:FILE, or unset AGENT_NO_MODELS.",
        )
    if name == "embedded":
        from apprentice.models.embedded import EmbeddedProvider

        return EmbeddedProvider(settings)
    if not name:
        return _open_default(settings, events, confirm_pull)
    if colon and not rest:
        raise UsageError(
            f"The model {name!r} has no name after the colon.", "Set AGENT_MODEL to a whole name."
        )
    if prefix != "ollama" and colon:
        from apprentice.models.remote import PACKAGES, open_remote

        if prefix in PACKAGES:
            return open_remote(prefix, rest, settings)
    return _open_ollama(rest if prefix == "ollama" and colon else name, settings, events, confirm_pull)


def _open_ollama(
    name: str, settings: Settings, events: EventStream, confirm_pull: ConfirmPull | None
) -> Provider:
    from apprentice.models.ollama import OllamaProvider
    from apprentice.models.ollama_http import parse_host

    return OllamaProvider(name, parse_host(settings.ollama_host), settings, events, confirm_pull)


def _open_default(settings: Settings, events: EventStream, confirm_pull: ConfirmPull | None) -> Provider:
    from apprentice.models.ollama_http import answers, parse_host

    server = parse_host(settings.ollama_host)
    if answers(server, min(_PROBE_SECONDS, settings.connect_timeout)):
        return _open_ollama(settings.default_model, settings, events, confirm_pull)
    from apprentice.models import embedded_engine

    if not embedded_engine.is_installed(settings.embedded_model):
        raise ModelUnavailable(
            f"No Ollama server answers at {server.url}, and the embedded model is not installed.",
            f"Install Ollama and run `ollama pull {settings.default_model}`; or `{embedded_engine.INSTALL}`.",
        )
    from apprentice.models.embedded import EmbeddedProvider

    provider = EmbeddedProvider(settings)
    events.emit(
        Notice(
            message=f"No Ollama server at {server.url}: using the embedded {provider.info.name}, which is good for "
            "easy functions only. For a real model: install Ollama, run "
            f"`ollama pull {settings.default_model}`, start again."
        )
    )
    return provider
