import ipaddress
import socket


def is_private(text):
    return ipaddress.ip_address(text).is_private


def valid_ipv4(text):
    try:
        socket.inet_pton(socket.AF_INET, text)
    except (socket.error, OSError):
        return False
    return True
