# Connecting, binding and looking up names is refused with an ordinary OSError, at once.
# needs: wall
# outside: differs
# expect: create_connection OSError
# expect: socket OSError
# expect: datagram OSError
# expect: unix OSError
# expect: server OSError
# expect: getaddrinfo OSError
# expect: urlopen OSError
# expect: http.client OSError
# expect: asyncio OSError
# expect: quick True
import asyncio
import http.client
import socket
import time
import urllib.request


def attempt(name, action):
    try:
        print(name, "gave", action())
    except OSError:
        print(name, "OSError")


def http_get():
    connection = http.client.HTTPConnection("127.0.0.1", 9, timeout=5)
    connection.request("GET", "/")


async def connect():
    await asyncio.open_connection("127.0.0.1", 9)


began = time.monotonic()
attempt("create_connection", lambda: socket.create_connection(("127.0.0.1", 9), timeout=5))
attempt("socket", lambda: socket.socket())
attempt("datagram", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)))
attempt("unix", lambda: socket.socket(socket.AF_UNIX).connect("/run/x"))
attempt("server", lambda: socket.create_server(("127.0.0.1", 0)))
attempt("getaddrinfo", lambda: socket.getaddrinfo("example.org", 80))
attempt("urlopen", lambda: urllib.request.urlopen("http://127.0.0.1:9/", timeout=5))
attempt("http.client", http_get)
attempt("asyncio", lambda: asyncio.run(connect()))
print("quick", time.monotonic() - began < 5)
