"""The run's end of the broker in hostile hands: it neither stops, nor blocks, nor grows, nor crashes the agent."""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apprentice.errors import SandboxError
from apprentice.sandbox.base import Grants
from apprentice.sandbox.broker.broker import MOST_MESSAGES, Broker
from tests.sandbox.broker_runs import LIMITS

GRANTS = Grants(connect=(("localhost", 0), ("private:slow.test", 0)), commands=(("sleep", "100"), ("true",)))


class Hostile:
    """A broker, and the run's end of it without any manners."""

    def __init__(
        self, folder: Path, resolver: Callable[[str], Sequence[str]] = lambda _: ["127.0.0.1"]
    ) -> None:
        for part in ("code", "work"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.broker = Broker(GRANTS, folder=folder, limits=LIMITS, resolver=resolver)
        self.end = socket.socket(fileno=os.dup(self.broker.child_end))
        self.end.settimeout(20)
        self.broker.handed_over()
        self.broker.start()

    def send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        beside = (
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        )
        self.end.sendmsg([data], beside)

    def ask(self, message: Any, streams: Sequence[int] = ()) -> socket.socket:
        """Send a request; its answers come from the result."""
        ours, theirs = socket.socketpair()
        ours.settimeout(20)
        with theirs:
            self.send(
                message if isinstance(message, bytes) else json.dumps(message).encode(),
                [theirs.fileno(), *streams],
            )
        return ours

    def answer(self, message: Any, streams: Sequence[int] = ()) -> dict[str, Any]:
        """The first answer to a request; empty where it is none."""
        with self.ask(message, streams) as end:
            data, descriptors, _, _ = socket.recv_fds(end, 1 << 16, 4)
            for descriptor in descriptors:
                os.close(descriptor)
        line = data.partition(b"\n")[0]
        found: dict[str, Any] = json.loads(line) if line else {}
        return found

    def works(self) -> bool:
        return self.answer({"op": "resolve", "host": "localhost"}) == {"addresses": ["127.0.0.1", "::1"]}

    def close(self) -> None:
        self.broker.close()
        self.end.close()


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    each = Hostile(tmp_path)
    yield each
    each.close()


@pytest.fixture
def null() -> Iterator[int]:
    descriptor = os.open(os.devnull, os.O_RDWR)
    yield descriptor
    os.close(descriptor)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def settles(check: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something becomes true within some seconds."""
    deadline = time.monotonic() + seconds
    while not check() and time.monotonic() < deadline:
        time.sleep(0.01)
    return check()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
requests = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["resolve", "connect", "command", "signal"]) | json_values,
        "host": st.sampled_from(["localhost", "127.0.0.1", "127.1", "::1", "slow.test", "\ud800", "a\0b"])
        | json_values,
        "port": st.integers(-1, 70000) | json_values,
        "family": st.sampled_from([2, 10]) | json_values,
        "seconds": st.sampled_from([0, -1, 1e308, 10**400]) | json_values,
        "argv": st.lists(st.sampled_from(["true", "sleep", "100", "\0"]) | json_values, max_size=3)
        | json_values,
        "shell": st.text() | json_values,
        "cwd": st.sampled_from(["/", ".", "\0", "/\ud800"]) | json_values,
        "env": st.dictionaries(st.sampled_from(["LANG", "TZ", "LC_ALL"]) | st.text(), json_values)
        | json_values,
        "pid": json_values,
        "number": json_values,
    },
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Hostile]]:
    """One broker for many examples, replaced when it has had its share of messages."""
    held = [Hostile(tmp_path_factory.mktemp("run"))]
    yield held
    held[0].close()


@given(
    message=st.binary(max_size=200) | requests.map(lambda each: json.dumps(each).encode()),
    count=st.integers(0, 8),
    kind=st.sampled_from(["pair", "file", "pipe"]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_message_leaves_the_broker_working(
    shared: list[Hostile], message: bytes, count: int, kind: str
) -> None:
    if not message:
        return
    hostile = shared[0]
    ends: list[int] = []
    for _ in range(count):
        if kind == "pair":
            pair = socket.socketpair()
            ends += [each.detach() for each in pair]
        elif kind == "pipe":
            ends += os.pipe()
        else:
            ends.append(os.open(os.devnull, os.O_RDWR))
    try:
        hostile.send(message, ends[:count])
        assert hostile.works()
    finally:
        for end in ends:
            os.close(end)


@pytest.mark.parametrize(
    "message",
    [
        b"{", b"null", b"[]", b"1e999", b"\xff\xfe", b"[" * 60000, b'{"op": ' * 8000, b"9" * 60000, b'{"op": "connect"}',
        b'{"op": "connect", "host": "localhost", "port": true, "family": 2}', b'{"op": "command"}', b'{"op": null}',
        b'{"op": "connect", "host": "localhost", "port": 1, "family": 1}', b'{"op": "resolve", "host": 5}',
    ],
)  # fmt: skip
def test_a_message_that_is_no_request_gets_an_error(hostile: Hostile, message: bytes) -> None:
    assert hostile.answer(message)["error"] == "os"
    assert hostile.works()


def test_a_message_that_is_too_long_is_dropped(hostile: Hostile) -> None:
    message = json.dumps({"op": "resolve", "host": "localhost", "more": "x" * 70_000}).encode()
    assert hostile.answer(message) == {}
    assert hostile.works()


def test_too_many_descriptors_are_dropped_and_closed(hostile: Hostile, null: int) -> None:
    before = descriptors()
    for _ in range(50):
        hostile.send(b"{}", [null] * 200)
    assert hostile.works()
    assert settles(lambda: descriptors() <= before)


def test_descriptors_that_are_no_stream_pair_get_no_answer(hostile: Hostile, null: int) -> None:
    """Also not the run's own end of the broker: it doesn't come to talk to itself."""
    before = descriptors()
    request = json.dumps({"op": "resolve", "host": "localhost"}).encode()
    with socket.socket() as loose, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for descriptor in (null, loose.fileno(), datagrams.fileno(), hostile.end.fileno()):
            hostile.send(request, [descriptor])
        assert hostile.works()
    assert settles(lambda: descriptors() <= before)


def test_answers_that_nobody_reads_block_nothing(hostile: Hostile) -> None:
    """A run that keeps its ends full, or closes them, only loses its own answers."""
    kept = []
    for _ in range(60):
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                theirs.send(b"x" * 65536)
        hostile.send(json.dumps({"op": "resolve", "host": "localhost"}).encode(), [theirs.fileno()])
        theirs.close()
        kept.append(ours)
    for _ in range(60):
        hostile.ask({"op": "resolve", "host": "localhost"}).close()
    assert hostile.works()
    for end in kept:
        end.close()


def test_a_slow_name_service_blocks_neither_others_nor_the_end(tmp_path: Path) -> None:
    """Requests beyond the bound are turned away; closing doesn't wait for an answer that doesn't come."""
    release = threading.Event()

    def resolver(name: str) -> Sequence[str]:
        release.wait(60)
        return ["127.0.0.1"]

    hostile = Hostile(tmp_path, resolver)
    before = descriptors()
    ends = [hostile.ask({"op": "resolve", "host": "slow.test"}) for _ in range(100)]
    process = hostile.answer({"op": "command", "argv": ["true"]}, [0, 1, 2])
    assert "started" in process
    turned_away = json.loads(ends[-1].recv(1 << 16))
    assert turned_away["error"] == "os"
    assert "too many" in turned_away["message"]
    began = time.monotonic()
    hostile.close()
    assert time.monotonic() - began < 5
    assert ends[0].recv(1 << 16) == b""
    for end in ends:
        end.close()
    release.set()
    assert settles(lambda: descriptors() < before)


def test_a_flood_of_messages_ends_the_service(hostile: Hostile) -> None:
    before = descriptors()
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 2 * MOST_MESSAGES:
            hostile.send(b"{}")
            sent += 1
    assert sent < 2 * MOST_MESSAGES
    assert settles(lambda: descriptors() < before)


def test_a_run_that_closes_its_end_loses_its_commands(hostile: Hostile, null: int) -> None:
    end = hostile.ask({"op": "command", "argv": ["sleep", "100"]}, [null] * 3)
    pid = json.loads(end.recv(1 << 16))["started"]
    hostile.end.close()
    assert settles(lambda: not os.path.exists(f"/proc/{pid}"))
    end.close()


def test_signals_reach_only_the_runs_own_commands(hostile: Hostile, null: int) -> None:
    with hostile.ask({"op": "command", "argv": ["sleep", "100"]}, [null] * 3) as end:
        pid = json.loads(end.recv(1 << 16))["started"]
        for target, number in (
            (os.getpid(), 9),
            (-1, 9),
            (0, 9),
            (1, 9),
            (pid, 0),
            (pid, 11),
            (pid, "9"),
            (True, 9),
        ):
            hostile.send(json.dumps({"op": "signal", "pid": target, "number": number}).encode())
        assert hostile.works()
        assert os.path.exists(f"/proc/{pid}")
        hostile.send(json.dumps({"op": "signal", "pid": pid, "number": 9}).encode())
        assert json.loads(end.recv(1 << 16)) == {"ended": 9, "why": ""}
        assert end.recv(1 << 16) == b"", "it is told once"


def test_odd_streams_are_the_commands_trouble_only(hostile: Hostile, tmp_path: Path) -> None:
    """A folder, a descriptor without rights, a closed pipe: the command has them, the supervisor doesn't."""
    folder = os.open(tmp_path, os.O_RDONLY)
    place = os.open(tmp_path, os.O_PATH)
    read, write = os.pipe()
    os.close(read)
    for streams in ([folder] * 3, [place] * 3, [write] * 3):
        with hostile.ask({"op": "command", "argv": ["true"]}, streams) as end:
            assert "started" in json.loads(end.recv(1 << 16).partition(b"\n")[0])
    for streams in ([], [write], [write] * 2):
        assert hostile.answer({"op": "command", "argv": ["true"]}, streams)["error"] == "os"
    for descriptor in (folder, place, write):
        os.close(descriptor)


def test_a_lingering_socket_does_not_hold_the_broker(hostile: Hostile) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        lingering = socket.create_connection(server.getsockname())
        lingering.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 60))
        lingering.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                lingering.send(b"x" * 65536)
        hostile.send(b"{}", [lingering.fileno()])
        began = time.monotonic()
        assert hostile.works()
        assert time.monotonic() - began < 10
        lingering.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
        lingering.close()


def test_many_runs_leave_nothing_behind(tmp_path: Path, null: int) -> None:
    before = descriptors(), threading.active_count()
    for index in range(8):
        hostile = Hostile(tmp_path / str(index))
        assert hostile.works()
        ends = [hostile.ask({"op": "command", "argv": ["sleep", "100"]}, [null] * 3) for _ in range(2)]
        pids = [json.loads(end.recv(1 << 16))["started"] for end in ends]
        hostile.close()
        assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)
        for end in ends:
            end.close()
    assert settles(lambda: (descriptors(), threading.active_count()) <= before)


def test_a_broker_that_never_served_closes_too(tmp_path: Path) -> None:
    before = descriptors()
    broker = Broker(GRANTS, folder=tmp_path, limits=LIMITS)
    assert broker.child_end >= 0
    broker.close()
    broker.close()
    assert broker.child_end == -1
    assert descriptors() == before


def test_a_grant_that_cannot_be_used_is_an_error_before_the_run(tmp_path: Path) -> None:
    before = descriptors()
    with pytest.raises(SandboxError, match=r"127\.1"):
        Broker(Grants(connect=(("127.1", 80),)), folder=tmp_path, limits=LIMITS)
    assert descriptors() == before
