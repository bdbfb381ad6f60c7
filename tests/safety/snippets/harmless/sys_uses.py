import sys

sys.setrecursionlimit(5000)


def info():
    return {"max": sys.maxsize, "version": sys.version_info[:2], "platform": sys.platform, "order": sys.byteorder}


def warn(text):
    print(text, file=sys.stderr)
