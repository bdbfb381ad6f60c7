"""Leave with an exit text of a hundred megabytes, and with exit handlers that write as much again.

canary: output
control: through
limits: memory_mb=1024, seconds=4
"""
import atexit
import os
import sys
import threading

text = "x" * (100 << 20)
atexit.register(lambda: sys.stderr.write(text))
atexit.register(lambda: os.write(1, text.encode()))
threading.Thread(target=lambda: sys.stdout.write(text)).start()
sys.exit(text)
