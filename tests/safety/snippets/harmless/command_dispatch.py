import sys


def cmd_add(a, b):
    return int(a) + int(b)


def cmd_help():
    return sorted(name[4:] for name in globals() if name.startswith("cmd_"))


def main(argv=None):
    command, *args = argv or sys.argv[1:] or ["help"]
    function = globals().get(f"cmd_{command}")
    if function is None:
        return 2
    print(function(*args))
    return 0


if __name__ == "__main__":
    sys.exit(main())
