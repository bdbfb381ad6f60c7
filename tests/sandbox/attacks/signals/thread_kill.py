"""Signal threads of other processes by tkill and tgkill.

canary: agent, bystander
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
tkill, tgkill = {"x86_64": (200, 234)}.get(os.uname().machine, (130, 131))
agent, bystander = TARGETS["agent_pid"], TARGETS["bystander_pid"]
for call in (
    (tkill, agent, 10),
    (tgkill, agent, agent, 10),
    (tgkill, -1, agent, 10),
    (tgkill, os.getpid(), agent, 10),
    (tkill, bystander, 15),
    (tgkill, bystander, bystander, 15),
    (tgkill, os.getpid(), bystander, 15),
):
    print(libc.syscall(*call), os.strerror(ctypes.get_errno()))
time.sleep(0.1)
