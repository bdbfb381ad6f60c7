"""Make pairs of sockets of each kind, and point one of a pair elsewhere.

canary: abstract, unix
control: through
"""
import os
import socket

abstract = TARGETS["abstract_dgram_name"]
abstract = b"\0" + (abstract if isinstance(abstract, bytes) else os.fsencode(abstract))
stream = TARGETS["abstract_name"]
stream = b"\0" + (stream if isinstance(stream, bytes) else os.fsencode(stream))
for family in (socket.AF_UNIX, socket.AF_INET, 40):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        try:
            pair = socket.socketpair(family, kind)
        except OSError as error:
            print(error)
            continue
        for way in (
            lambda: pair[0].sendto(b"x", TARGETS["unix_dgram_path"]),
            lambda: pair[0].sendto(b"x", abstract),
            lambda: pair[0].shutdown(2),
            lambda: pair[0].connect(b""),
            lambda: pair[0].connect(stream),
            lambda: pair[1].connect(TARGETS["unix_path"]),
            lambda: pair[1].bind(b"\0mine"),
            lambda: pair[1].listen(),
        ):
            try:
                print(way())
            except OSError as error:
                print(error)
