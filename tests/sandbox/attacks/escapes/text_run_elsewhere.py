"""Have a text run by what runs texts: the interpreter's own calls, an interactive one, a thread, one started anew.

canary: secret
control: through
"""
import asyncio
import code
import ctypes
import os
import runpy
import sys
import threading

secret = TARGETS["secret"]
text = f"import os; os.write(1, os.read(os.open({secret!r}, 0), 100))"
with open("mine.py", "w") as file:
    file.write(text)


async def later() -> None:
    await asyncio.to_thread(exec, text)


for way in (
    lambda: ctypes.pythonapi.PyRun_SimpleString(text.encode()),
    lambda: code.InteractiveInterpreter().runsource(text),
    lambda: runpy.run_path("mine.py"),
    lambda: threading.Thread(target=exec, args=(text,)).start(),
    lambda: asyncio.run(later()),
    lambda: sys.settrace(lambda *_: exec(text)) or len(""),
    lambda: os.execv(sys.executable, [sys.executable, "-I", "mine.py"]),
):
    try:
        print(way(), flush=True)
    except Exception as error:
        print(repr(error))
sys.settrace(None)
