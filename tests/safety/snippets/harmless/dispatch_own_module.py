import sys


def handle_ping():
    return "pong"


def handle(name):
    return getattr(sys.modules[__name__], f"handle_{name}")()
