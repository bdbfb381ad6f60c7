"""Change what the kernel keeps about the process, by the options of prctl that a run has no use for.

canary: descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
any_process = ctypes.c_ulong(-1).value
for words in (
    (8, 1),  # PR_SET_KEEPCAPS
    (14, 0),  # PR_SET_TIMING
    (29, 1_000_000),  # PR_SET_TIMERSLACK
    (33, 1, 1),  # PR_MCE_KILL
    (35, 1, 0),  # PR_SET_MM
    (41, 1),  # PR_SET_THP_DISABLE
    (53, 0, 4),  # PR_SET_SPECULATION_CTRL
    (57, 1),  # PR_SET_IO_FLUSHER
    (59, 0),  # PR_SET_SYSCALL_USER_DISPATCH
    (62, 1, 0, 0),  # PR_SCHED_CORE
    (67, 1),  # PR_SET_MEMORY_MERGE
    (0x59616D61, any_process),  # PR_SET_PTRACER
):
    arguments = [ctypes.c_ulong(word) for word in (*words, 0, 0, 0, 0)[:5]]
    for option in (words[0], words[0] | 1 << 32):
        result = libc.prctl(ctypes.c_ulong(option), *arguments[1:])
        print(option, result, os.strerror(ctypes.get_errno()))
        if result >= 0:
            proof = open("got-through", "w")
time.sleep(0.3)
