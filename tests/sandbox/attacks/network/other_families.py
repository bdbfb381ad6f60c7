"""Make a socket of every family and kind that the kernel may have, and keep them.

canary: socket(xdp), socket(can), socket(alg), socket(bluetooth), socket(tipc), socket(rds), socket(kcm), socket(key)
control: depends, because kernels differ in what they have
limits: open_files=512
"""
import socket
import time

kept, made = [], set()
for family in range(1, 47):
    if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
        continue
    for kind in (1, 2, 3, 5):
        for protocol in (0, 1, 2):
            try:
                kept.append(socket.socket(family, kind, protocol))
                made.add((family, kind, protocol))
            except OSError:
                pass
print(sorted(made))
time.sleep(0.3)
