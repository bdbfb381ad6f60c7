try:
    import tomllib
except ImportError:
    tomllib = None

try:
    import fcntl
except ImportError:
    fcntl = None


def lock(file):
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)


def available():
    return tomllib is not None
