# contextvars in tasks and threads; contextlib's managers, stacks and decorators.
# expect: tasks [('a', 'a'), ('b', 'b')] outside none
# expect: copied inside none
# expect: stack ['enter 1', 'enter 2', 'exit 2', 'exit 1', 'callback']
# expect: suppressed, closed True, decorated 3
# expect: async ['in', 'body', 'out']
import asyncio
import contextlib
import contextvars

name = contextvars.ContextVar("name", default="none")


async def task(value):
    name.set(value)
    await asyncio.sleep(0.001)
    return value, name.get()


async def both():
    return await asyncio.gather(task("a"), task("b"))


print("tasks", asyncio.run(both()), "outside", name.get())
context = contextvars.copy_context()
context.run(name.set, "inside")
print("copied", context[name], name.get())
log = []


@contextlib.contextmanager
def step(number):
    log.append(f"enter {number}")
    try:
        yield number
    finally:
        log.append(f"exit {number}")


with contextlib.ExitStack() as stack:
    stack.callback(log.append, "callback")
    for number in (1, 2):
        stack.enter_context(step(number))
print("stack", log)
with contextlib.suppress(KeyError):
    {}[1]
with contextlib.closing(open("x", "w", encoding="utf-8")) as file:
    pass


@step(3)
def decorated():
    return 3


print("suppressed, closed", f"{file.closed}, decorated", decorated())
order = []


@contextlib.asynccontextmanager
async def around():
    order.append("in")
    yield
    order.append("out")


async def body():
    async with around():
        order.append("body")


asyncio.run(body())
print("async", order)
