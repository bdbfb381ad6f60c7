import io
import sys


def capture(function):
    old, sys.stdout = sys.stdout, io.StringIO()
    try:
        function()
        return sys.stdout.getvalue()
    finally:
        sys.stdout = old
