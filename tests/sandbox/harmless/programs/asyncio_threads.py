# asyncio hands blocking work to threads, and threads hand work to the loop.
# expect: executor 499999500000
# expect: to_thread [1, 2, 3]
# expect: other thread True
# expect: threadsafe 42
# expect: second loop done
import asyncio
import threading
import time


async def main():
    loop = asyncio.get_running_loop()
    print("executor", await loop.run_in_executor(None, lambda: sum(range(1_000_000))))

    def slow(n):
        time.sleep(0.01)
        return n

    print("to_thread", await asyncio.gather(*(asyncio.to_thread(slow, n) for n in (1, 2, 3))))
    print("other thread", await asyncio.to_thread(threading.get_ident) != threading.get_ident())

    async def answer():
        await asyncio.sleep(0.01)
        return 42

    def from_outside():
        return asyncio.run_coroutine_threadsafe(answer(), loop).result(10)

    print("threadsafe", await asyncio.to_thread(from_outside))


asyncio.run(main())
loop = asyncio.new_event_loop()
loop.call_later(0.01, loop.stop)
loop.run_forever()
loop.close()
print("second loop done")
