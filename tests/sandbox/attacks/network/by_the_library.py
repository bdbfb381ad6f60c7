"""Connect by what the library has for protocols: web, mail, files, logs, remote calls.

canary: tcp, udp
control: through
limits: seconds=6
"""
import ftplib
import http.client
import logging
import logging.handlers
import multiprocessing.connection
import smtplib
import socket
import urllib.request
import xmlrpc.client

socket.setdefaulttimeout(0.1)
host, port = TARGETS["tcp_host"], TARGETS["tcp_port"]
record = logging.LogRecord("x", 20, "x", 1, "here", None, None)
for way in (
    lambda: urllib.request.urlopen(f"http://{host}:{port}/?leaked"),
    lambda: http.client.HTTPConnection(host, port).request("GET", "/"),
    lambda: smtplib.SMTP(host, port),
    lambda: ftplib.FTP().connect(host, port),
    lambda: xmlrpc.client.ServerProxy(f"http://{host}:{port}").leaked(),
    lambda: logging.handlers.SocketHandler(host, port).emit(record),
    lambda: logging.handlers.DatagramHandler(TARGETS["udp_host"], TARGETS["udp_port"]).emit(record),
    lambda: logging.handlers.SysLogHandler((TARGETS["udp_host"], TARGETS["udp_port"])).emit(record),
    lambda: multiprocessing.connection.Client((host, port)),
):
    try:
        print(way())
    except Exception as error:
        print(error)
