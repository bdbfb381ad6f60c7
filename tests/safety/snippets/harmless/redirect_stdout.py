import contextlib
import io


def captured(function, *args):
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer), contextlib.suppress(ValueError):
        function(*args)
    return buffer.getvalue()
