# asyncio streams over a pair of sockets and over a pipe, with a signal handler in the loop.
# expect: echo HELLO
# expect: 1048576 bytes, sum 133693440
# expect: pipe b'through a pipe'
# expect: signal SIGUSR1
import asyncio
import os
import signal
import socket


async def main():
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    other_reader, other_writer = await asyncio.open_connection(sock=theirs)

    async def echo():
        other_writer.write((await other_reader.readline()).upper())
        await other_writer.drain()
        other_writer.write(bytes(range(256)) * 4096)
        await other_writer.drain()
        other_writer.close()

    task = asyncio.create_task(echo())
    writer.write(b"hello\n")
    await writer.drain()
    print("echo", (await reader.readline()).decode().strip())
    data = await reader.read(-1)
    await task
    print(len(data), "bytes, sum", sum(data))
    writer.close()

    loop = asyncio.get_running_loop()
    source, sink = os.pipe()
    pipe = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(pipe), os.fdopen(source, "rb"))
    os.write(sink, b"through a pipe")
    os.close(sink)
    print("pipe", await pipe.read())

    got = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR1, got.set_result, "SIGUSR1")
    signal.raise_signal(signal.SIGUSR1)
    print("signal", await asyncio.wait_for(got, 10))


asyncio.run(main())
