"""Connect and send by asyncio.

canary: tcp, udp, unix
control: through
"""
import asyncio


async def attempt() -> None:
    loop = asyncio.get_running_loop()
    for way in (
        lambda: asyncio.open_connection(TARGETS["tcp_host"], TARGETS["tcp_port"]),
        lambda: loop.create_connection(asyncio.Protocol, TARGETS["tcp_host"], TARGETS["tcp_port"]),
        lambda: loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(TARGETS["udp_host"], TARGETS["udp_port"])
        ),
        lambda: asyncio.open_unix_connection(TARGETS["unix_path"]),
    ):
        try:
            made = await asyncio.wait_for(way(), 0.2)
            made[0].sendto(b"x")
        except (OSError, AttributeError, TimeoutError) as error:
            print(error)


asyncio.run(attempt())
