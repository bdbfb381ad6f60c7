# A skill looks at itself: source, signature, file, documentation, and the caller's frame.
# call: describe [3]
# value: {"lines": 14, "first": "def describe(n, *, scale=2.0):", "signature": "(n, *, scale=2.0)", "doc": "What this function knows of itself.", "file": "own_source.py", "frame": "describe", "result": 6.0}
import inspect
import os


def describe(n, *, scale=2.0):
    """What this function knows of itself."""
    source = inspect.getsource(describe)
    frame = inspect.currentframe()
    return {
        "lines": len(source.splitlines()),
        "first": source.splitlines()[0],
        "signature": str(inspect.signature(describe)),
        "doc": inspect.getdoc(describe),
        "file": os.path.basename(inspect.getsourcefile(describe)),
        "frame": frame.f_code.co_name,
        # A comment counts as a line.
        "result": n * scale,
    }
