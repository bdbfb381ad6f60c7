"""Which hosts a grant opens, decided in the agent: names, addresses, their spellings, and names that lead elsewhere."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from apprentice.errors import SandboxError
from apprentice.sandbox.broker.network import MOST_CONNECTIONS, Network, host_of, is_public


class Names:
    """A name service: a fixed table, and a count of the questions."""

    def __init__(self, **table: Sequence[str]) -> None:
        self.table = {name.replace("_", "."): addresses for name, addresses in table.items()}
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        if name not in self.table:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.table[name]


@pytest.fixture
def stop() -> Iterator[int]:
    ends = os.pipe()
    yield ends[0]
    for end in ends:
        os.close(end)


@pytest.fixture
def server() -> Iterator[int]:
    """A port on 127.0.0.1 that accepts connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


def reaches(network: Network, host: str, port: int, stop: int, family: int = socket.AF_INET) -> bool:
    """Whether a connection is made; false where it is refused by the rules."""
    try:
        with network.connect(host, port, family, 10, stop) as connection:
            return connection.getpeername()[1] == port
    except PermissionError:
        return False


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 169.254.1.1 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
    224.0.1.5 239.1.1.1 240.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200 :: ::1 ::7f00:1 ::ffff:10.0.0.1
    ::ffff:127.0.0.1 64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1::
    2002:a00:1::1 2002:a9fe:a9fe:: fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 3fff::1 5f00::1""".split(),
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """No address of a private, local, reserved or metadata range counts as public, also not inside another."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    """1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 100.63.0.1 2606:4700::1111 2a00:1450:4001::64
    ::ffff:8.8.8.8 64:ff9b::808:808""".split(),
)  # fmt: skip
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("API.Example.COM", "api.example.com"),
        ("example.com.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("10.0.0.5", "10.0.0.5"),
        ("::FFFF:10.0.0.5", "10.0.0.5"),
        ("[::1]", "::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("my_host", "my_host"),
    ],
)
def test_spellings_of_the_same_host(text: str, host: str) -> None:
    assert str(host_of(text)) == host


@pytest.mark.parametrize(
    "text",
    [*"""127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.0.0.01 1.2.3.4.5 1.2.3 256.1.1.1 fe80::1%eth0 ::1%1 a..b -a.b
    .a b/c user@host host:80 *.example.com 1:2""".split(),
     "", ".", " ", "a b", "a\0b", "a\nb", "\ud800", "x" * 64 + ".de", "a." * 130 + "de"],
)  # fmt: skip
def test_spellings_that_are_refused(text: str) -> None:
    """An odd spelling never gets as far as the system's resolver, which would read it in its own way."""
    with pytest.raises(ValueError):
        host_of(text)


def test_full_width_digits_are_an_address_too() -> None:
    assert str(host_of("１２７.0.0.1")) == "127.0.0.1"


@pytest.mark.parametrize(
    "grant",
    [("127.1", 80), ("", 80), ("private:", 80), ("a b", 80), ("0.0.0.0", 80), ("224.0.0.1", 80), ("a.de", 65536),
     ("a.de", -1), ("*.example.com", 443)],
)  # fmt: skip
def test_a_grant_that_names_no_host_is_an_error(grant: tuple[str, int]) -> None:
    with pytest.raises(SandboxError):
        Network([grant])


def test_a_literal_address_opens_itself_with_its_port(server: int, stop: int) -> None:
    network = Network([("127.0.0.1", server)])
    assert reaches(network, "127.0.0.1", server, stop)
    assert reaches(network, "::ffff:127.0.0.1", server, stop, socket.AF_INET6)
    assert reaches(network, "localhost", server, stop)
    assert not reaches(network, "127.0.0.1", server ^ 1, stop)
    assert not reaches(network, "127.0.0.2", server, stop)
    assert not reaches(network, "::1", server, stop, socket.AF_INET6)
    for odd in ("127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "", "127.0.0.1%lo"):
        assert not reaches(network, odd, server, stop)


def test_port_0_opens_every_port_of_the_host_and_no_other_host(server: int, stop: int) -> None:
    network = Network([("127.0.0.1", 0)])
    assert reaches(network, "127.0.0.1", server, stop)
    assert not reaches(network, "127.0.0.2", server, stop)
    assert not reaches(network, "127.0.0.1", 0, stop)


def test_localhost_is_loopback_and_is_never_looked_up(server: int, stop: int) -> None:
    names = Names(localhost=["8.8.8.8"])
    network = Network([("localhost", server)], resolver=names)
    assert network.resolve("LOCALHOST.") == ["127.0.0.1", "::1"]
    assert reaches(network, "localhost", server, stop)
    assert reaches(network, "127.0.0.1", server, stop)
    assert not reaches(network, "127.0.0.2", server, stop)
    assert names.asked == []


def test_a_granted_name_opens_the_public_addresses_it_leads_to() -> None:
    names = Names(api_example_com=["93.184.216.34", "10.0.0.1", "2606:4700::1111"], other_example=["8.8.8.8"])
    network = Network([("api.example.com", 443)], resolver=names)
    assert network.resolve("API.example.com.") == ["93.184.216.34", "2606:4700::1111"]
    with pytest.raises(PermissionError, match=r"other\.example is not among the approved hosts"):
        network.resolve("other.example")
    with pytest.raises(PermissionError):
        network.resolve("www.api.example.com")
    assert names.asked == ["api.example.com"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1", "2002:7f00:1::"],
)
def test_a_granted_name_that_leads_to_a_private_address_is_refused(address: str, stop: int) -> None:
    """Whoever answers for a public name can't make the agent connect to a machine of the user's network."""
    network = Network([("rebound.example", 0)], resolver=Names(rebound_example=[address]))
    with pytest.raises(PermissionError, match="private"):
        network.resolve("rebound.example")
    with pytest.raises(PermissionError, match="private"):
        network.connect("rebound.example", 80, socket.AF_INET, 5, stop)
    assert not reaches(network, address, 80, stop)


def test_the_private_mark_lets_a_name_lead_to_a_private_address(server: int, stop: int) -> None:
    names = Names(intranet_local=["127.0.0.1"])
    marked = Network([("private:intranet.local", server)], resolver=names)
    assert reaches(marked, "intranet.local", server, stop)
    assert not reaches(marked, "intranet.local", server ^ 1, stop)
    plain = Network([("intranet.local", server)], resolver=names)
    assert not reaches(plain, "intranet.local", server, stop)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"])
def test_no_name_leads_to_metadata_or_link_local_addresses(address: str) -> None:
    network = Network([("private:metadata.internal", 0)], resolver=Names(metadata_internal=[address]))
    with pytest.raises(PermissionError):
        network.resolve("metadata.internal")


def test_the_mark_counts_for_its_own_port_only(server: int, stop: int) -> None:
    names = Names(mixed_example=["127.0.0.1"])
    network = Network([("private:mixed.example", 1), ("mixed.example", server)], resolver=names)
    assert network.resolve("mixed.example") == ["127.0.0.1"]
    assert not reaches(network, "mixed.example", server, stop)
    assert not reaches(network, "127.0.0.1", server, stop)


def test_an_address_is_reachable_once_a_granted_name_led_to_it(server: int, stop: int) -> None:
    network = Network([("private:svc.test", server)], resolver=Names(svc_test=["127.0.0.1"]))
    assert not reaches(network, "127.0.0.1", server, stop)
    assert network.resolve("svc.test") == ["127.0.0.1"]
    assert reaches(network, "127.0.0.1", server, stop)
    assert not reaches(network, "127.0.0.1", server ^ 1, stop)


def test_a_name_is_looked_up_once_a_run(server: int, stop: int) -> None:
    """A second answer, which nobody has checked, is never asked for."""
    names = Names(svc_test=["127.0.0.1"])
    network = Network([("private:svc.test", server)], resolver=names)
    network.resolve("svc.test")
    names.table["svc.test"] = ["10.0.0.99"]
    assert reaches(network, "svc.test", server, stop)
    assert network.resolve("svc.test") == ["127.0.0.1"]
    assert names.asked == ["svc.test"]


def test_any_host_means_any_public_host(server: int, stop: int) -> None:
    names = Names(public_example=["93.184.216.34"], private_example=["127.0.0.1"])
    network = Network([("*", 443)], resolver=names)
    assert network.resolve("public.example") == ["93.184.216.34"]
    with pytest.raises(PermissionError):
        network.resolve("private.example")
    with pytest.raises(PermissionError):
        network.resolve("localhost")
    assert not reaches(network, "127.0.0.1", 443, stop)
    assert not reaches(network, "8.8.8.8", 444, stop)
    everything = Network([("*", 0)], resolver=names)
    assert not reaches(everything, "127.0.0.1", server, stop)
    assert not reaches(everything, "169.254.169.254", 80, stop)


def test_nothing_granted_opens_nothing(server: int, stop: int) -> None:
    network = Network([], resolver=Names(example_com=["93.184.216.34"]))
    assert not reaches(network, "127.0.0.1", server, stop)
    with pytest.raises(PermissionError):
        network.resolve("example.com")


def test_a_name_that_does_not_exist_is_a_gaierror() -> None:
    with pytest.raises(socket.gaierror, match="not known"):
        Network([("gone.example", 80)], resolver=Names()).resolve("gone.example")


def test_answers_that_are_no_addresses_are_left_out() -> None:
    names = Names(odd_example=["127.1", "not an address", "fe80::1%eth0", "93.184.216.34"])
    assert Network([("odd.example", 0)], resolver=names).resolve("odd.example") == ["93.184.216.34"]


def test_a_port_where_nobody_listens_is_refused_by_its_machine(stop: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            Network([("127.0.0.1", 0)]).connect("127.0.0.1", port, socket.AF_INET, 5, stop)


def test_an_attempt_ends_in_time_and_when_the_run_ends() -> None:
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        for filler in (first, second):  # the queue is full: nobody answers a third
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        network = Network([("127.0.0.1", port)])
        waiting, end = os.pipe()
        with pytest.raises(TimeoutError):
            network.connect("127.0.0.1", port, socket.AF_INET, 0.2, waiting)
        timer = threading.Timer(0.2, os.close, [end])
        timer.start()
        with pytest.raises(OSError) as caught:
            network.connect("127.0.0.1", port, socket.AF_INET, 25, waiting)
        assert caught.value.errno == errno.ECONNABORTED
        timer.join()
        os.close(waiting)


def test_a_run_has_a_bounded_number_of_connections(stop: int) -> None:
    network = Network([("127.0.0.1", 1)])
    for _ in range(MOST_CONNECTIONS):
        with pytest.raises(ConnectionRefusedError):
            network.connect("127.0.0.1", 1, socket.AF_INET, 5, stop)
    with pytest.raises(PermissionError, match="at most"):
        network.connect("127.0.0.1", 1, socket.AF_INET, 5, stop)
