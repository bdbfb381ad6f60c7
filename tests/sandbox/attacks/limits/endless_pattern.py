"""Match a pattern that takes ages, in C code that looks at no signal for long.

canary: clock, survivors
control: through
limits: seconds=2
"""
import re
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
# With 27 letters this takes some seconds; each more doubles it.
re.match(r"(a+)+$", "a" * 27 + "b")
