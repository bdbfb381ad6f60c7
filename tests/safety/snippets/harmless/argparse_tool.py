import argparse
import sys


def main(argv=None):
    parser = argparse.ArgumentParser(description="Count words")
    parser.add_argument("file", type=argparse.FileType("r"), nargs="?", default=sys.stdin)
    parser.add_argument("--output", default="out.txt")
    args = parser.parse_args(argv)
    with open(args.output, "w") as out:
        out.write(str(len(args.file.read().split())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
