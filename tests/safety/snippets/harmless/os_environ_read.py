import os

DEBUG = os.environ.get("DEBUG", "0") == "1"
NAME = os.getenv("NAME", "nobody")


def settings():
    return {"debug": DEBUG, "name": NAME, "cpus": os.cpu_count(), "pid": os.getpid()}
