"""Name the machine. It gets the name that it has.

canary: descriptor(got-through), host
control: through as root
"""
import ctypes
import os
import socket
import time

libc = ctypes.CDLL(None, use_errno=True)
name = os.uname().nodename
domain = ctypes.create_string_buffer(400)
print(libc.uname(domain))
current = domain.raw[325:390].split(b"\0")[0]
for way in (
    lambda: socket.sethostname(name),
    lambda: libc.sethostname(name.encode(), ctypes.c_size_t(len(name))) and 1 / 0,
    lambda: libc.setdomainname(current, ctypes.c_size_t(len(current))) and 1 / 0,
):
    try:
        way()
        proof = open("got-through", "w")
    except (OSError, ArithmeticError) as error:
        print(error)
time.sleep(0.3)
