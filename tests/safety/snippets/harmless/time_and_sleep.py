import time
from datetime import datetime, timedelta


def wait(seconds):
    time.sleep(min(seconds, 0.01))
    return time.monotonic()


def tomorrow():
    return datetime.now() + timedelta(days=1)
