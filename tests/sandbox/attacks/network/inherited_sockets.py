"""Point whatever sockets the run was started with elsewhere: connect them, disconnect them, send with an address.

canary: tcp, udp, unix, abstract
control: held, because a run is started without sockets
"""
import ctypes
import os
import socket
import stat

libc = ctypes.CDLL(None, use_errno=True)
name = TARGETS["abstract_name"]
name = b"\0" + (name if isinstance(name, bytes) else os.fsencode(name))
tcp, udp = (TARGETS["tcp_host"], TARGETS["tcp_port"]), (TARGETS["udp_host"], TARGETS["udp_port"])
for descriptor in range(1024):
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            continue
        found = socket.socket(fileno=os.dup(descriptor))
        found.setblocking(False)
    except OSError:
        continue
    print(descriptor, found.family, found.type, libc.connect(descriptor, bytes(16), 16))
    for aim in (tcp, udp, TARGETS["unix_path"], TARGETS["unix_dgram_path"], name):
        for way in (lambda: found.connect(aim), lambda: found.sendto(b"x", aim), lambda: found.bind(aim)):
            try:
                print(way())
            except (OSError, TypeError) as error:
                print(error)
