import urllib.error
import urllib.parse


def explain(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    return urllib.parse.quote(str(error))
