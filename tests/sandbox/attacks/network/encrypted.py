"""Connect with encryption, whose handshake already tells the server something.

canary: tcp
control: through
"""
import http.client
import socket
import ssl

socket.setdefaulttimeout(0.2)
host, port = TARGETS["tcp_host"], TARGETS["tcp_port"]
context = ssl._create_unverified_context()
for way in (
    lambda: ssl.get_server_certificate((host, port)),
    lambda: http.client.HTTPSConnection(host, port, context=context).request("GET", "/"),
    lambda: context.wrap_socket(socket.create_connection((host, port)), server_hostname="leaked.invalid"),
    lambda: context.wrap_socket(socket.socket()).connect((host, port)),
):
    try:
        print(way())
    except OSError as error:
        print(error)
