"""Make sockets of the Internet's families with other protocols than TCP and UDP.

canary: socket(inet), tcp
control: through
"""
import socket
import time

MPTCP = 262
kept = []
for family in (socket.AF_INET, socket.AF_INET6):
    for kind, protocol in ((1, MPTCP), (1, 132), (5, 132), (2, 136), (6, 33), (1, 256), (2, 115), (2, 0)):
        try:
            caller = socket.socket(family, kind, protocol)
            kept.append(caller)
            caller.settimeout(0.1)
            if protocol == MPTCP and family == socket.AF_INET:
                caller.connect((TARGETS["tcp_host"], TARGETS["tcp_port"]))
        except OSError as error:
            print(error)
time.sleep(0.3)
