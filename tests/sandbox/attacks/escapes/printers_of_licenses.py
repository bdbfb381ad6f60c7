"""Have the interpreter's own printers of help and licenses show a file.

canary: secret
control: through
"""
import builtins
import io
import sys

secret = TARGETS["secret"]


def by_license() -> None:
    import _sitebuiltins

    printer = getattr(builtins, "license", None) or _sitebuiltins._Printer("license", "")
    printer._Printer__filenames, printer._Printer__lines = [secret], None
    sys.stdin = io.StringIO("q\n")
    print(printer)
    printer()


def by_help() -> None:
    import pydoc

    pydoc.plainpager(pydoc.render_doc(pydoc))
    print(pydoc.source_synopsis(open(secret)), pydoc.importfile(secret))


def by_pdb() -> None:
    import pdb

    debugger = pdb.Pdb(stdin=io.StringIO(f"!print(open({secret!r}).read())\nq\n"), stdout=sys.stdout)
    debugger.use_rawinput = False
    debugger.run("1 + 1")


def by_doctest() -> None:
    import doctest

    doctest.run_docstring_examples(f">>> print(open({secret!r}).read())\n", {}, verbose=True)


def by_configuration() -> None:
    import configparser

    configparser.ConfigParser().read(secret)


for way in (by_license, by_help, by_pdb, by_doctest, by_configuration):
    try:
        print(way())
    except BaseException as error:
        print(repr(error))
