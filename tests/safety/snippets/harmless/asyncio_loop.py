import asyncio


def run(coroutine):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


async def in_thread(function, *args):
    return await asyncio.get_running_loop().run_in_executor(None, function, *args)
