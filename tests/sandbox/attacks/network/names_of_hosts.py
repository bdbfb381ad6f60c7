"""Ask for the address of a name, which carries the name outside: by the library, and by a question of its own.

canary: udp, socket(inet)
control: through
limits: seconds=6
"""
import socket
import threading
import time

question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06leaked\x07invalid\x00\x00\x01\x00\x01"
kept = []
try:
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    print(kept[0].sendto(question, (TARGETS["udp_host"], TARGETS["udp_port"])))
except OSError as error:
    print(error)
over = time.monotonic() + 0.5


def ask() -> None:
    while time.monotonic() < over:
        for way in (
            lambda: socket.getaddrinfo("leaked.invalid", 80),
            lambda: socket.gethostbyname("leaked.invalid"),
            lambda: socket.gethostbyaddr("127.0.0.9"),
            lambda: socket.getnameinfo(("127.0.0.9", 9), 0),
        ):
            try:
                way()
            except OSError:
                pass


thread = threading.Thread(target=ask, daemon=True)
thread.start()
thread.join(1)
time.sleep(0.1)
