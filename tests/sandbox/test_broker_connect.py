"""What a confined run reaches with granted hosts: ordinary library code, to the granted place and nowhere else."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from apprentice.sandbox.base import Grants
from tests.sandbox.broker_runs import run_with


class Page(http.server.BaseHTTPRequestHandler):
    """Answers `/` with a text, and `/to/…` with a redirect to what follows."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        moved = self.path.startswith("/to/")
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", self.path[4:])
        body = b"" if moved else b"hello from " + str(self.server.server_address[1]).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.seen.append(self.path)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """A web server of the test, which knows what it was asked."""

    def __init__(self, secure: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.seen: list[str] = []
        if secure is not None:
            self.socket = secure.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def granted() -> Iterator[Server]:
    with serving(Server()) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    with serving(Server()) as server:
        yield server


def names(name: str) -> Sequence[str]:
    """The name service of these tests: all of its names are this machine's."""
    if not name.endswith(".test"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return ["127.0.0.1"]


TRIED = """
import json, urllib.request
def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read().decode()
    except OSError as error:
        reason = getattr(error, "reason", error)
        return type(reason).__name__
"""


def fetched(folder: Path, grants: Grants, *urls: str) -> list[str]:
    """What a run gets from each address, or the name of the error."""
    code = TRIED + f"print(json.dumps([fetch(url) for url in {list(urls)!r}]))"
    with run_with(folder, grants, resolver=names) as run:
        found: list[str] = json.loads(run.python(code))
        return found


def test_a_page_is_fetched_from_the_granted_host_and_port_only(
    tmp_path: Path, granted: Server, other: Server
) -> None:
    """No second port, no second host, and no redirect to one; a redirect within the host is followed."""
    base, second = f"http://127.0.0.1:{granted.port}", f"http://127.0.0.1:{other.port}"
    grants = Grants(connect=(("127.0.0.1", granted.port),))
    answers = fetched(
        tmp_path, grants, f"{base}/", f"{base}/to/{base}/again", f"{second}/", f"{base}/to/{second}/",
        f"{base}/to/http://other.test:{granted.port}/", f"http://other.test:{granted.port}/",
        f"http://127.0.0.2:{granted.port}/", f"http://127.1:{granted.port}/",
    )  # fmt: skip
    page = f"hello from {granted.port}"
    assert answers == [page, page, *["PermissionError"] * 6]
    assert other.seen == []


def test_nothing_is_fetched_when_another_host_was_granted(tmp_path: Path, granted: Server) -> None:
    grants = Grants(connect=(("elsewhere.test", granted.port),))
    assert fetched(tmp_path, grants, f"http://127.0.0.1:{granted.port}/") == ["PermissionError"]
    assert granted.seen == []


def test_a_granted_name_works_and_a_public_one_does_not_lead_home(tmp_path: Path, granted: Server) -> None:
    url = f"http://svc.test:{granted.port}/"
    marked = Grants(connect=(("private:svc.test", granted.port),))
    assert fetched(tmp_path / "a", marked, url) == [f"hello from {granted.port}"]
    assert fetched(tmp_path / "b", Grants(connect=(("svc.test", granted.port),)), url) == ["PermissionError"]


def test_a_redirect_is_followed_to_a_granted_host(tmp_path: Path, granted: Server, other: Server) -> None:
    grants = Grants(connect=(("127.0.0.1", granted.port), ("private:svc.test", other.port)))
    url = f"http://127.0.0.1:{granted.port}/to/http://svc.test:{other.port}/"
    assert fetched(tmp_path, grants, url) == [f"hello from {other.port}"]


def test_the_filter_and_not_the_patches_holds_the_run(tmp_path: Path, granted: Server, other: Server) -> None:
    """The unpatched calls are refused by the kernel, for the granted address too; other sockets as well."""
    code = f"""
import _socket, ctypes, socket
def attempt(action):
    try:
        action()
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
libc = ctypes.CDLL(None, use_errno=True)
def raw(port):
    import struct
    with socket.socket() as sock:
        address = struct.pack("=H", 2) + struct.pack(">H", port) + bytes([127, 0, 0, 1]) + bytes(8)
        if libc.connect(sock.fileno(), address, 16):
            raise OSError(ctypes.get_errno(), "refused")
attempt(lambda: _socket.socket.connect(socket.socket(), ("127.0.0.1", {granted.port})))
attempt(lambda: raw({granted.port}))
attempt(lambda: raw({other.port}))
attempt(lambda: socket.socket().bind(("127.0.0.1", 0)))
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt(lambda: socket.socket(socket.AF_UNIX))
attempt(lambda: socket.socket().sendto(b"x", 0x20000000, ("127.0.0.1", {granted.port})))
a, b = socket.socketpair()
attempt(lambda: a.connect("/nowhere"))
"""
    with run_with(tmp_path, Grants(connect=(("127.0.0.1", granted.port),))) as run:
        assert run.python(code).split() == ["PermissionError"] * 8
    assert granted.seen == other.seen == []


def test_errors_are_those_of_the_library(tmp_path: Path, granted: Server) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
        code = f"""
import errno, socket
def attempt(action):
    try:
        print(action())
    except OSError as error:
        print(type(error).__name__, "|", error)
attempt(lambda: socket.create_connection(("127.0.0.1", {closed})))
attempt(lambda: socket.socket().connect(("127.0.0.1", 1)))
attempt(lambda: socket.create_connection(("gone.example", 80)))
attempt(lambda: socket.getaddrinfo("refused.example", 80))
attempt(lambda: errno.errorcode[socket.socket().connect_ex(("127.0.0.1", {closed}))])
attempt(lambda: errno.errorcode[socket.socket().connect_ex(("127.0.0.1", 1))])
attempt(lambda: socket.socket().connect_ex(("127.0.0.1", {granted.port})))
attempt(lambda: socket.gethostbyname("svc.test"))
attempt(lambda: socket.gethostbyname_ex("svc.test"))
attempt(lambda: socket.getaddrinfo("svc.test", "http", type=socket.SOCK_STREAM))
attempt(lambda: socket.getaddrinfo("svc.test", 80, socket.AF_INET6))
connected = socket.create_connection(("127.0.0.1", {granted.port}))
attempt(lambda: connected.connect(("127.0.0.1", {granted.port})))
"""
        connect = (
            ("127.0.0.1", closed), ("127.0.0.1", granted.port), ("gone.example", 80), ("private:svc.test", 80),
        )  # fmt: skip
        with run_with(tmp_path, Grants(connect=connect), resolver=names) as run:
            lines = run.python(code).splitlines()
            refused = run.broker.refused
    assert lines == [
        "ConnectionRefusedError | [Errno 111] Connection refused",
        "PermissionError | [Errno 13] 127.0.0.1:1 is not among the approved hosts",
        "gaierror | [Errno -2] Name or service not known",
        "PermissionError | [Errno 13] refused.example is not among the approved hosts",
        "ECONNREFUSED",
        "EACCES",
        "0",
        "127.0.0.1",
        "('svc.test', [], ['127.0.0.1'])",
        "[(<AddressFamily.AF_INET: 2>, <SocketKind.SOCK_STREAM: 1>, 6, '', ('127.0.0.1', 80))]",
        "gaierror | [Errno -2] Name or service not known",
        "OSError | [Errno 106] Transport endpoint is already connected",
    ]
    assert "refused.example is not among the approved hosts" in refused


def test_a_socket_keeps_its_number_options_and_mode(tmp_path: Path, granted: Server) -> None:
    code = f"""
import os, socket
for timeout in (None, 0, 7.5):
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout)
        number = sock.fileno()
        sock.connect(("127.0.0.1", {granted.port}))
        assert sock.fileno() == number and sock.gettimeout() == timeout
        assert os.get_blocking(number) is (timeout is None) and not os.get_inheritable(number)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert sock.getpeername() == ("127.0.0.1", {granted.port})
        sock.settimeout(20)
        sock.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
with socket.socket(socket.AF_INET6) as six:
    six.connect(("::ffff:127.0.0.1", {granted.port}))
    assert six.getpeername()[0] == "::ffff:127.0.0.1"
print("well")
"""
    with run_with(tmp_path, Grants(connect=(("127.0.0.1", granted.port),))) as run:
        assert run.python(code) == "well"


def test_a_connection_that_takes_too_long(tmp_path: Path) -> None:
    """The run's own timeouts hold, and an event loop goes on while a connection is being made."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        code = f"""
import asyncio, errno, socket
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=0.3)
except TimeoutError as error:
    print(error)
async def main():
    ticks = 0
    task = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", {port}))
    for _ in range(5):
        await asyncio.sleep(0.02)
        ticks += 1
    print(ticks, task.done())
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
asyncio.run(main())
"""
        with run_with(tmp_path, Grants(connect=(("127.0.0.1", port),))) as run:
            assert run.python(code).splitlines() == ["timed out", "5 False", "cancelled"]


def test_many_threads_and_tasks_at_once(tmp_path: Path, granted: Server) -> None:
    code = f"""
import asyncio, urllib.request
from concurrent.futures import ThreadPoolExecutor
def fetch(_):
    with urllib.request.urlopen("http://svc.test:{granted.port}/", timeout=30) as answer:
        return answer.read()
with ThreadPoolExecutor(20) as pool:
    assert set(pool.map(fetch, range(60))) == {{b"hello from {granted.port}"}}
async def get():
    reader, writer = await asyncio.open_connection("svc.test", {granted.port})
    writer.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.endswith(b"hello from {granted.port}")
async def refused():
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except PermissionError as error:
        return True
async def main():
    return await asyncio.gather(*[get() for _ in range(25)], refused())
assert all(asyncio.run(main()))
print("well")
"""
    with run_with(tmp_path, Grants(connect=(("private:svc.test", granted.port),)), resolver=names) as run:
        assert run.python(code) == "well"


@pytest.mark.parametrize("library", ["requests", "httpx"])
def test_popular_libraries_work(tmp_path: Path, granted: Server, library: str) -> None:
    module = pytest.importorskip(library)
    packages = [os.path.dirname(os.path.dirname(module.__file__))]
    calls = f"""
import {library}
print({library}.get("http://svc.test:{granted.port}/").text)
try:
    {library}.get("http://127.0.0.1:1/")
except Exception as error:
    print("approved hosts" in str(error))
"""
    if library == "httpx":
        calls += f"""
import asyncio
async def main():
    async with httpx.AsyncClient() as client:
        return (await client.get("http://svc.test:{granted.port}/")).text
print(asyncio.run(main()))
"""
    with run_with(tmp_path, Grants(connect=(("private:svc.test", granted.port),)), resolver=names) as run:
        lines = run.python(calls, packages=packages).splitlines()
    page = f"hello from {granted.port}"
    assert lines == ([page, "True", page] if library == "httpx" else [page, "True"])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the certificate is made by openssl")
def test_tls_with_the_server_name_that_was_asked_for(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
         "2", "-subj", "/CN=svc.test", "-addext", "subjectAltName=DNS:svc.test", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str | None] = []
    context.sni_callback = lambda _, name, __: asked.append(name)
    with (
        serving(Server(context)) as server,
        run_with(tmp_path, Grants(connect=(("private:svc.test", server.port),)), resolver=names) as run,
    ):
        shutil.copy(certificate, run.work / "ca.pem")
        code = f"""
import asyncio, ssl, urllib.request
context = ssl.create_default_context(cafile="ca.pem")
with urllib.request.urlopen("https://svc.test:{server.port}/", context=context, timeout=30) as answer:
    print(answer.read().decode())
async def main():
    reader, writer = await asyncio.open_connection("svc.test", {server.port}, ssl=context)
    writer.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
    return await reader.read()
print(asyncio.run(main()).decode().splitlines()[-1])
"""
        assert run.python(code).splitlines() == [f"hello from {server.port}"] * 2
    assert asked == ["svc.test"] * 2


def test_a_run_whose_broker_is_gone_gets_an_error(tmp_path: Path, granted: Server) -> None:
    code = f"""
import os, socket, time
print("ready", flush=True)
while not os.path.exists("gone"):
    time.sleep(0.01)
try:
    socket.create_connection(("127.0.0.1", {granted.port}))
except OSError as error:
    print(type(error).__name__)
"""
    with run_with(tmp_path, Grants(connect=(("127.0.0.1", granted.port),))) as run:
        process = run.start(code)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        run.broker.close()
        (tmp_path / "work" / "gone").touch()
        out, err = process.communicate(timeout=60)
    assert out.strip() in ("BrokenPipeError", "ConnectionResetError", "ConnectionAbortedError"), err
