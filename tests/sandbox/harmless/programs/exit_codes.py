# A program ends with a code of its own, after its exit handlers, with its last words on stderr.
# exit: 3
# expect: working
# expect: finally
# expect: handler
# stderr: last words
import atexit
import sys

atexit.register(print, "handler")
print("working")
try:
    print("last words", file=sys.stderr)
    sys.exit(3)
finally:
    print("finally")
