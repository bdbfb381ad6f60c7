"""Start programs by subprocess, the shell, os.system and os.popen.

canary: single
control: through
"""
import asyncio
import os
import subprocess
import sys
import time


async def by_asyncio():
    await asyncio.create_subprocess_exec("sleep", "0.3", env={"PATH": "/usr/bin:/bin"})


for way in (
    lambda: subprocess.Popen(["/bin/sleep", "0.3"]),
    lambda: subprocess.Popen("sleep 0.3", shell=True),
    lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"], preexec_fn=os.setsid),
    lambda: os.popen("sleep 0.3"),
    lambda: os.system("sleep 0.2"),
    lambda: asyncio.run(by_asyncio()),
):
    try:
        print(way())
    except Exception as error:
        print(error)
time.sleep(0.2)
