# argparse, shlex, pprint, textwrap, string templates and difflib.
# expect: parsed 3 ['a', 'b'] True
# expect: usage error 2
# expect: split ['cp', 'a b', 'c'] quoted 'a b'
# expect: wrapped ['the quick brown', 'fox jumps over']
# expect: template Dear Ada, 5
# expect: diff ['-two', '+2'] close ['apple']
# expect: pprint {'a': [1, 2], 'b': {'c': None}}
# stderr: unrecognized arguments: --none
import argparse
import difflib
import pprint
import shlex
import string
import textwrap

parser = argparse.ArgumentParser(prog="tool")
parser.add_argument("names", nargs="*")
parser.add_argument("-n", type=int, default=1)
parser.add_argument("--verbose", action="store_true")
given = parser.parse_args(["-n", "3", "a", "b", "--verbose"])
print("parsed", given.n, given.names, given.verbose)
try:
    parser.parse_args(["--none"])
except SystemExit as error:
    print("usage error", error.code)
print("split", shlex.split("cp 'a b' c"), "quoted", shlex.quote("a b"))
print("wrapped", textwrap.wrap("the quick brown fox jumps over", 15))
print("template", string.Template("Dear $name, ${n}").substitute(name="Ada", n=5))
lines = difflib.unified_diff(["one", "two"], ["one", "2"], lineterm="", n=0)
print("diff", list(lines)[3:], "close", difflib.get_close_matches("aple", ["apple", "pear"]))
print("pprint", pprint.pformat({"b": {"c": None}, "a": [1, 2]}))
