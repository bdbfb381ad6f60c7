import shlex


def split(line):
    return shlex.split(line, comments=True)


def quoted(args):
    return " ".join(map(shlex.quote, args))
