"""The way to an Ollama server: its address as Ollama reads it, and what goes over the wire."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from apprentice.errors import UsageError
from apprentice.models.base import RunningCalls

DEFAULT_PORT = 11434


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server is: its URL, without user name and password, and the headers that carry these."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        host = urllib.parse.urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


def parse_host(value: str) -> ServerAddress:
    """The server that `OLLAMA_HOST` names: a host, host:port, or URL; empty for http://127.0.0.1:11434.

    As in Ollama, a scheme sets the port (80, 443) unless one is given, and the addresses that a server listens on
    everywhere (0.0.0.0, ::) mean this machine.

    Raises:
        UsageError: it isn't an address.
    """
    text = value.strip().strip("\"'").strip()
    scheme, separator, rest = text.partition("://")
    port = {"http": 80, "https": 443}.get(scheme.lower()) if separator else DEFAULT_PORT
    if not separator:
        scheme, rest = "http", text
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(rest).version == 6:
                rest = f"[{rest}]"
    wrong = UsageError(
        f"OLLAMA_HOST can't be {value!r}.", "Give a host, host:port, or URL, such as http://127.0.0.1:11434."
    )
    if port is None:
        raise wrong
    try:
        parts = urllib.parse.urlsplit(f"{scheme.lower()}://{rest}")
        host = parts.hostname or "127.0.0.1"
        port = parts.port or port
    except ValueError:
        raise wrong from None
    if any(character.isspace() for character in host):
        raise wrong
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    if ":" in host:
        host = f"[{host}]"
    headers = {}
    if parts.username is not None:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
    path = parts.path.strip("/")
    return ServerAddress(f"{scheme.lower()}://{host}:{port}" + (f"/{path}" if path else ""), headers)


class OllamaTransport(httpx.BaseTransport):
    """Sends requests so that nothing is cut in silence, and can be stopped from another thread.

    Chat requests get `"truncate": false` and `"shift": false`, which langchain-ollama can't send: a prompt that is too
    long is then an error instead of a prompt without its front. Each request has a connection of its own, whose
    socket is shut down when the call is aborted.
    """

    def __init__(self, address: ServerAddress, calls: RunningCalls) -> None:
        self._calls = calls
        self._inner = httpx.HTTPTransport(
            verify=address.url.startswith("https:"),
            trust_env=not address.is_loopback,
            limits=httpx.Limits(max_keepalive_connections=0),
            proxy=_proxy_for(address),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        extensions = {**request.extensions, "trace": self._trace}
        if request.method == "POST" and request.url.path.endswith("/api/chat"):
            body = {**json.loads(request.read()), "truncate": False, "shift": False}
            headers = [
                (name, text) for name, text in request.headers.raw if name.lower() != b"content-length"
            ]
            content = json.dumps(body).encode()
            request = httpx.Request(request.method, request.url, headers=headers, content=content)
        request.extensions = extensions
        return self._inner.handle_request(request)

    def _trace(self, event: str, facts: Mapping[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            connection = facts["return_value"].get_extra_info("socket")
            if not self._calls.register(lambda: _shut(connection)):
                raise httpx.ConnectError("The call was stopped.")

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Not the method of SSLSocket, which takes its TLS state away under the thread that is reading.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _proxy_for(address: ServerAddress) -> str | None:
    parts = urllib.parse.urlsplit(address.url)
    if address.is_loopback or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def client_arguments(
    address: ServerAddress, calls: RunningCalls, connect: float, read: float | None = None
) -> dict[str, Any]:
    """Arguments of an httpx or Ollama client; times in seconds, no limit for reading by default."""
    return {
        "transport": OllamaTransport(address, calls),
        "headers": dict(address.headers),
        "timeout": httpx.Timeout(connect=connect, read=read, write=60.0, pool=None),
        # A redirect would leave the transport's rules; it is reported instead.
        "follow_redirects": False,
        "trust_env": False,
    }


def answers(address: ServerAddress, connect: float = 1.0) -> bool:
    """Whether an Ollama server answers there, within a few seconds."""
    try:
        with httpx.Client(**client_arguments(address, RunningCalls(), connect, read=3.0)) as client:
            reply = client.get(f"{address.url}/api/version")
            return reply.status_code == 200 and "version" in reply.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):
        return False
