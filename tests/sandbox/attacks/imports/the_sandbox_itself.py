"""Put a module beside the sandbox's own, which the next run is started from, and beside the agent's.

canary: descriptor(attack-left)
control: depends, because the folders may belong to another user
"""
import gc
import os
import sys
import time
import types

files = {sys._getframe().f_back.f_code.co_filename} if sys._getframe().f_back else set()
for thing in gc.get_objects():
    if type(thing) is types.FunctionType and "/sandbox/" in thing.__code__.co_filename:
        files.add(thing.__code__.co_filename)
folders = {os.path.dirname(file) for file in files}
# Without a sandbox: where the agent was started.
folders |= {f"/proc/{os.getppid()}/cwd/apprentice/{part}" for part in ("", "sandbox", "safety")}
folders |= {os.path.dirname(folder) for folder in folders} | {folder + "/__pycache__" for folder in folders}
kept = []
for folder in sorted(folders):
    path = os.path.join(folder, "attack-left.py")
    try:
        kept.append(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.unlink(path)
    except OSError as error:
        print(error)
time.sleep(0.3)
