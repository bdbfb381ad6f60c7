import asyncio


async def work(n, queue: asyncio.Queue):
    await asyncio.sleep(0)
    await queue.put(n)
    return n * 2


async def main():
    queue = asyncio.Queue()
    async with asyncio.timeout(1):
        return await asyncio.gather(*(work(n, queue) for n in range(3)))


if __name__ == "__main__":
    print(asyncio.run(main()))
