"""Have the text of a file outside quoted in tracebacks and warnings, which show the line of a source that they name.

canary: secret
control: through
"""
import runpy
import sys
import traceback
import warnings

secret = TARGETS["secret"]


def shown(code: object) -> None:
    try:
        exec(code)
    except Exception:
        traceback.print_exc()
        sys.excepthook(*sys.exc_info())


shown(compile("1 / 0", secret, "exec"))
try:
    runpy.run_path(secret)
except Exception:
    traceback.print_exc()
try:
    warnings.warn_explicit("look", UserWarning, secret, 1)
except Exception as error:
    print(error)
# What ends the run is shown by whoever runs it.
sys.excepthook = sys.__excepthook__
exec(compile("raise SyntaxError('look', (filename, 1, 1, None))", secret, "exec"), {"filename": secret})
