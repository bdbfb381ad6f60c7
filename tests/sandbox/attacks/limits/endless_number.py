"""Compute a number of very many digits, in one operation that nothing in Python can break off.

canary: clock, survivors
control: through
limits: seconds=2, memory_mb=512
"""
import signal
import sys

signal.signal(signal.SIGTERM, signal.SIG_IGN)
sys.set_int_max_str_digits(0)
number = 3 ** (1 << 23)
number *= number
str(3 ** (1 << 19))
