"""Remote models by LangChain's `init_chat_model`, and any LangChain chat model that a caller brings along."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apprentice.errors import (
    ContextOverflow,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    ModelUnsupported,
    StreamBroken,
)
from apprentice.models.base import CallOptions, Message, ModelInfo, estimate_tokens, is_small, one_line
from apprentice.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

PACKAGES: Mapping[str, str] = {
    "anthropic": "langchain-anthropic",
    "azure_ai": "langchain-azure-ai",
    "azure_openai": "langchain-openai",
    "bedrock": "langchain-aws",
    "bedrock_converse": "langchain-aws",
    "cohere": "langchain-cohere",
    "deepseek": "langchain-deepseek",
    "fireworks": "langchain-fireworks",
    "google_anthropic_vertex": "langchain-google-vertexai",
    "google_genai": "langchain-google-genai",
    "google_vertexai": "langchain-google-vertexai",
    "groq": "langchain-groq",
    "huggingface": "langchain-huggingface",
    "ibm": "langchain-ibm",
    "mistralai": "langchain-mistralai",
    "nvidia": "langchain-nvidia-ai-endpoints",
    "openai": "langchain-openai",
    "openrouter": "langchain-openrouter",
    "perplexity": "langchain-perplexity",
    "together": "langchain-together",
    "upstage": "langchain-upstage",
    "xai": "langchain-xai",
}
"""The known providers, `PROVIDER:NAME`, and the package that each needs."""

_LIKE_OPENAI = frozenset(
    {"openai", "azure_openai", "groq", "deepseek", "fireworks", "together", "xai", "openrouter", "mistralai"}
)
_FIXED_TEMPERATURE = re.compile(r"^(o\d|gpt-5)")
_SECRETS = re.compile(r"\b(sk|pk|gsk|key|xai|AIza)[-_]?[\w*-]{8,}", re.IGNORECASE)


class RemoteProvider:
    """A LangChain chat model behind the common interface.

    Args:
        chat: the model.
        name: for people and events.
        settings: the context assumed (`num_ctx`, `max_num_ctx`), the profile.
        kind: LangChain's name of the provider, which decides what options can be sent; empty if unknown.
    """

    slots: threading.Semaphore | None = None

    def __init__(self, chat: BaseChatModel, name: str, settings: Settings, kind: str = "") -> None:
        self.chat = chat
        self._kind = kind
        self.info = ModelInfo(
            name=name,
            provider="remote",
            parameters=None,
            context_tokens=settings.num_ctx or settings.max_num_ctx,
            thinks=False,
            prefills=False,
            small=is_small(None, settings.profile),
        )

    def call_kwargs(self, options: CallOptions) -> dict[str, Any]:
        """Only what the provider is known to take; a schema stands in the prompt anyway."""
        kwargs: dict[str, Any] = {"stop": list(options.stop)} if options.stop else {}
        if self._kind in _LIKE_OPENAI or self._kind == "anthropic":
            kwargs["max_tokens"] = options.max_tokens
            if not _FIXED_TEMPERATURE.match(self.info.name.partition(":")[2]):
                kwargs["temperature"] = options.temperature
        if self._kind in ("openai", "azure_openai") and options.seed is not None:
            kwargs["seed"] = options.seed
        return {name: value for name, value in kwargs.items() if value is not None}

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate on the safe side."""
        return estimate_tokens(messages)

    def abort(self, thread: threading.Thread | None = None) -> None:
        """Nothing to do: the reading thread leaves the stream at its next part."""

    def close(self) -> None:
        """Nothing to do: the model belongs to its library, or to the caller."""

    def translate(self, error: Exception) -> ModelError:
        """By status and class name, since the providers' libraries need not be installed."""
        if isinstance(error, ModelError):
            return error
        name, kind = self.info.name, type(error).__name__
        status = getattr(error, "status_code", None) or getattr(error, "code", None)
        text = _SECRETS.sub("…", one_line(error))
        if re.search(
            r"context.?(length|window)|maximum context|too long|too many tokens", text, re.IGNORECASE
        ):
            return ContextOverflow(f"The prompt is too long for {name}: {text}.", "Make it shorter.")
        if "Timeout" in kind or isinstance(error, TimeoutError):
            return ModelTimeout(f"{name} did not answer in time.", "Try again.")
        if status == 429 or "RateLimit" in kind:
            return ModelUnavailable(
                f"{name} takes no more requests now: {text}.", "Wait, or check your quota."
            )
        if status in (401, 403) or "Authentication" in kind or "PermissionDenied" in kind:
            return ModelError(f"{name} refuses access.", "Check the API key in the environment.")
        if status == 404 or "NotFound" in kind:
            return ModelMissing(f"{name} is not known there: {text}.", "Check the name in AGENT_MODEL.")
        if isinstance(status, int) and status >= 500:
            return ModelUnavailable(f"The server of {name} failed ({status}).", "Try again later.")
        if isinstance(status, int) and status >= 400:
            return ModelUnsupported(f"{name} refused the request ({status}): {text}.", "Check the settings.")
        if "RemoteProtocol" in kind or "ReadError" in kind:
            return StreamBroken(f"{name} broke off its answer.", "Try again.")
        if "Connect" in kind or isinstance(error, OSError):
            return ModelUnavailable(f"{name} can't be reached.", "Check the network and the proxy settings.")
        return ModelError(f"The call of {name} failed: {kind}: {text}.", "Check the model and its settings.")


def open_remote(kind: str, name: str, settings: Settings) -> RemoteProvider:
    """The model `kind:name` of a provider known to LangChain.

    Raises:
        ModelMissing: a package isn't installed; the next step has the line that installs it.
        ModelError: the model can't be set up, mostly for want of an API key.
    """
    full = f"{kind}:{name}"
    package = PACKAGES[kind]
    install = f"Install what it needs: `python -m pip install langchain {package}`."
    try:
        init_chat_model = importlib.import_module("langchain.chat_models").init_chat_model
    except ImportError:
        raise ModelMissing(f"{full} needs packages that are not installed.", install) from None
    # We retry ourselves, visibly.
    known = kind in _LIKE_OPENAI or kind == "anthropic"
    arguments: dict[str, Any] = {"max_retries": 0, "timeout": settings.call_timeout} if known else {}
    if kind == "openai":
        arguments["stream_usage"] = True
    try:
        chat = init_chat_model(name, model_provider=kind, **arguments)
    except ImportError:
        raise ModelMissing(f"{full} needs packages that are not installed.", install) from None
    except Exception as error:
        raise ModelError(
            f"{full} can't be set up: {_SECRETS.sub('…', one_line(error))}.",
            "Check its name and its API key in the environment"
            + (f" ({key})." if (key := f"{kind.upper()}_API_KEY") not in os.environ else "."),
        ) from error
    return RemoteProvider(chat, full, settings, kind)
