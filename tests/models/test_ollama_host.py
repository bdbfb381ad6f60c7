"""OLLAMA_HOST is read as Ollama reads it, and proxies don't stand between us and this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apprentice.errors import UsageError
from apprentice.models.client import ChatClient
from apprentice.models.ollama_http import answers, parse_host
from tests.models.ollama_server import OllamaServer


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":56789", "http://127.0.0.1:56789"),
        ("1.2.3.4:56789", "http://1.2.3.4:56789"),
        ("http://1.2.3.4", "http://1.2.3.4:80"),
        ("https://1.2.3.4", "https://1.2.3.4:443"),
        ("HTTPS://example.com", "https://example.com:443"),
        ("https://example.com:5000", "https://example.com:5000"),
        ("example.com", "http://example.com:11434"),
        ("example.com/", "http://example.com:11434"),
        ("example.com/path/", "http://example.com:11434/path"),
        ("https://example.com/a/b", "https://example.com:443/a/b"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::]:8080", "http://[::1]:8080"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[2001:db8::1]:56789/path", "http://[2001:db8::1]:56789/path"),
        ('"127.0.0.1:11434"', "http://127.0.0.1:11434"),
        (" 'localhost' ", "http://localhost:11434"),
    ],
)
def test_address_is_read_as_ollama_reads_it(value: str, url: str) -> None:
    assert parse_host(value).url == url


@pytest.mark.parametrize("value", ["ftp://x", "host:port", "host:99999", "http://[::1", "two words"])
def test_what_is_no_address_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(UsageError, match="OLLAMA_HOST"):
        parse_host(value)


def test_user_and_password_go_into_a_header_and_not_into_what_is_shown() -> None:
    address = parse_host("https://me:p%40ss@example.com")
    assert address.url == "https://example.com:443"
    assert address.headers == {"Authorization": "Basic bWU6cEBzcw=="}
    assert "p@ss" not in repr(address)
    assert "Basic" not in repr(address)


def test_credentials_reach_the_server(server: OllamaServer, open_client: Callable[..., ChatClient]) -> None:
    host = server.url.replace("http://", "http://me:secret@")
    open_client(ollama_host=host).complete("coder", [("user", "hi")])
    names = [{name.lower() for name in request.headers} for request in server.requests]
    assert all("authorization" in headers for headers in names)


def test_proxy_settings_do_not_matter_for_a_server_on_this_machine(
    server: OllamaServer, open_client: Callable[..., ChatClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert answers(parse_host(server.url))
    assert open_client().complete("coder", [("user", "hi")]).text == "Hello."


def test_what_answers_but_is_no_ollama_server_does_not_count(server: OllamaServer) -> None:
    assert answers(parse_host(server.url))
    assert not answers(parse_host(f"{server.url}/elsewhere"))
    server.close()
    assert not answers(parse_host(server.url))
