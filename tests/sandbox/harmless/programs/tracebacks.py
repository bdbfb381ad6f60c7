# Tracebacks with source lines, chains, notes and groups; the script's own source by linecache and inspect.
# expect: line return 1 / n
# expect: frames ['outer', 'inner']
# expect: chain ValueError from ZeroDivisionError
# expect: notes ['while dividing']
# expect: group 2
# expect: stack True
# expect: source def inner(n):
# stderr: KeyError: 'the last error is printed'
import inspect
import linecache
import sys
import traceback


def inner(n):
    return 1 / n


def outer():
    try:
        return inner(0)
    except ZeroDivisionError as error:
        error.add_note("while dividing")
        raise ValueError("outer") from error


try:
    outer()
except ValueError as error:
    cause = error.__cause__
    print("line", traceback.extract_tb(cause.__traceback__)[-1].line)
    print("frames", [frame.name for frame in traceback.extract_tb(cause.__traceback__)])
    print("chain", type(error).__name__, "from", type(cause).__name__)
    print("notes", cause.__notes__)
try:
    raise ExceptionGroup("two", [KeyError(1), OSError(2)])
except ExceptionGroup as group:
    text = "".join(traceback.format_exception(group))
    print("group", text.count("+---------------- "))
print("stack", "format_stack" in traceback.format_stack()[-1])
print("source", inspect.getsource(inner).splitlines()[0] if linecache.getlines(__file__) else "")
try:
    {}["the last error is printed"]
except KeyError:
    sys.excepthook(*sys.exc_info())
