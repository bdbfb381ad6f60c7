# asyncio: tasks, sleep, queues, locks, timeouts, cancellation, groups, asynchronous generators.
# expect: gather [0, 1, 4, 9, 16]
# expect: queue 4950
# expect: timeout TimeoutError TimeoutError
# expect: cancelled and cleaned up
# expect: group ['KeyError', 'ValueError']
# expect: generator [0, 10, 20]
# expect: order ['c', 'b', 'a']
import asyncio


async def square(n):
    await asyncio.sleep(0.001 * (5 - n))
    return n * n


async def produce(queue):
    for n in range(100):
        await queue.put(n)
    await queue.put(None)


async def consume(queue):
    total = 0
    while (n := await queue.get()) is not None:
        total += n
    return total


async def fail(error):
    await asyncio.sleep(0)
    raise error


async def tens():
    for n in range(3):
        yield n * 10
        await asyncio.sleep(0)


async def main():
    print("gather", await asyncio.gather(*map(square, range(5))))
    queue = asyncio.Queue(maxsize=3)
    _, total = await asyncio.gather(produce(queue), consume(queue))
    print("queue", total)
    names = []
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError as error:
        names.append(type(error).__name__)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
    except TimeoutError as error:
        names.append(type(error).__name__)
    print("timeout", *names)

    async def patient():
        try:
            await asyncio.sleep(60)
        finally:
            print("cancelled and", end=" ")

    task = asyncio.create_task(patient())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cleaned up")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(KeyError("k")))
            group.create_task(fail(ValueError("v")))
    except* (KeyError, ValueError) as caught:
        print("group", sorted(type(error).__name__ for error in caught.exceptions))
    print("generator", [n async for n in tens()])
    order = []

    async def late(name, seconds):
        await asyncio.sleep(seconds)
        order.append(name)

    tasks = [asyncio.create_task(late(*item)) for item in (("a", 0.2), ("b", 0.1), ("c", 0.0))]
    await asyncio.wait(tasks)
    print("order", order)


asyncio.run(main())
