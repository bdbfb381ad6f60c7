# doctest finds and runs the examples of its own script, and tells of one that is wrong.
# expect: attempted 5 failed 0
# expect: wrong 1 of 1
# expect: expected 5 got 4
import doctest
import io
import contextlib


def double(n):
    """Twice as much.

    >>> double(4)
    8
    >>> double("ab")
    'abab'
    >>> double(None)
    Traceback (most recent call last):
    ...
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return n * 2


class Stack:
    """
    >>> s = Stack()
    >>> s.push(3).items  # doctest: +ELLIPSIS
    [...]
    """

    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self


result = doctest.testmod()
print("attempted", result.attempted, "failed", result.failed)
parser, out = doctest.DocTestParser(), io.StringIO()
test = parser.get_doctest(">>> 2 + 2\n5\n", {}, "sum", None, 0)
result = doctest.DocTestRunner(verbose=False).run(test, out=out.write)
print("wrong", result.failed, "of", result.attempted)
lines = [line.strip() for line in out.getvalue().splitlines()]
print("expected", lines[lines.index("Expected:") + 1], "got", lines[lines.index("Got:") + 1])
