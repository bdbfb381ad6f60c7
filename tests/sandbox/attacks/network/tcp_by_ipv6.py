"""Connect by an IPv6 socket, to the IPv4 address written as IPv6 and to the machine itself.

canary: tcp
control: through
"""
import socket

host, port = TARGETS["tcp_host"], TARGETS["tcp_port"]
for address in (f"::ffff:{host}", "::1", "::", f"64:ff9b::{host}"):
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as caller:
            caller.settimeout(0.2)
            caller.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            caller.connect((address, port))
            print(caller.send(b"x"))
    except OSError as error:
        print(error)
