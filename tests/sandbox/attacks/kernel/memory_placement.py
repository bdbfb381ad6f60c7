"""Move another's memory between nodes, and place its own: migrate_pages, move_pages, mbind, set_mempolicy.

canary: descriptor(got-through), bystander
control: depends, because the kernel may know no nodes
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
migrate, move, bind, policy = {"x86_64": (256, 279, 237, 238)}.get(os.uname().machine, (238, 239, 235, 237))
pid = TARGETS["bystander_pid"]
nodes = ctypes.c_ulong(1)
area = ctypes.create_string_buffer(8192)
page = ctypes.c_void_p((ctypes.addressof(area) + 4095) & ~4095)
states = (ctypes.c_int * 1)()
for call in (
    (migrate, pid, ctypes.c_ulong(64), ctypes.byref(nodes), ctypes.byref(nodes)),
    (move, pid, ctypes.c_ulong(1), ctypes.byref(page), None, states, 0),
    (bind, page, ctypes.c_ulong(4096), 2, ctypes.byref(nodes), ctypes.c_ulong(64), 0),
    (policy, 1, ctypes.byref(nodes), ctypes.c_ulong(64)),
):
    result = libc.syscall(*call)
    print(call[0], result, os.strerror(ctypes.get_errno()))
    if result >= 0:
        proof = open("got-through", "w")
time.sleep(0.3)
