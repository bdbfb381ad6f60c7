"""What installers say, in one plain line; and passwords stay unsaid."""

from __future__ import annotations

import os

import pytest

from apprentice.packages.explain import Unresolvable, explain, redact
from apprentice.packages.installer import uv_settings

OUTPUTS = {
    "uv disk": (
        "Resolved 2 packages in 150ms\nerror: Failed to install: dep-2.0-py3-none-any.whl (dep==2.0)\n"
        "  cause: failed to copy file from /a to /b: No space left on device (os error 28)\n",
        "No disk space left",
    ),
    "pip disk": ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "No disk space"),
    "uv no wheel": (
        "error: No solution found when resolving dependencies\n  cause: Because all versions of src have no usable wheels "
        "and you require src, we can conclude that your requirements are unsatisfiable.\n\nhint: Wheels are required for "
        "`src` because building from source is disabled for all packages (i.e., with `--no-build`)\n",
        "'src' has no ready-built file",
    ),
    "uv other python": (
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because alpha==1.0 has no wheels with a matching Python\n"
        "      implementation tag (e.g., `cp311`) and you require alpha, we can conclude that your requirements are\n",
        "'alpha' has no ready-built file",
    ),
    "uv missing": (
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because nosuch was not found in the package\n      registry "
        "and you require nosuch, we can conclude that your\n      requirements are unsatisfiable.\n",
        "has no package 'nosuch'",
    ),
    "pip missing": (
        "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)\n"
        "ERROR: No matching distribution found for nosuch\n",
        "has no package 'nosuch'",
    ),
    "pip 404 on one of two": (
        "Could not fetch URL https://a/simple/nosuch/: 404 Client Error: Not Found for url: https://a/ - skipping\n"
        "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)\n",
        "has no package 'nosuch'",
    ),
    "uv version": (
        "error: No solution found when resolving dependencies\n  cause: Because only dep<=2.0 is available and you require "
        "dep>=3, we can conclude that your requirements are unsatisfiable.\n",
        "fit together: only dep<=2.0 is available, and you require dep>=3",
    ),
    "pip version": (
        "ERROR: Could not find a version that satisfies the requirement dep>=3 (from versions: 1.0, 2.0)\n",
        "dep>=3 isn't to be had (newest: 2.0)",
    ),
    "pip no wheel": (
        "Skipping link: No sources permitted for src: file:///i/src-1.0.tar.gz\n"
        "ERROR: Could not find a version that satisfies the requirement src (from versions: none)\n",
        "'src' has no ready-built file",
    ),
    "pip another's source": (
        "Skipping link: No sources permitted for nosuch: file:///i/src-1.0.tar.gz\n"
        "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)\n",
        "has no package 'nosuch'",
    ),
    "uv network": (
        "error: Request failed after 3 retries in 8.0s\n  cause: Failed to fetch: https://pypi.org/simple/good/\n"
        "  cause: error sending request for url (https://pypi.org/simple/good/)\n  cause: dns error\n",
        "can't be reached",
    ),
    "uv 503": (
        "error: Failed to fetch: http://127.0.0.1/simple/good/\n  cause: HTTP status server error (503 Service Unavailable)\n",
        "can't be reached",
    ),
    "pip network": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Failed to establish a new "
        "connection: [Errno -2] Name or service not known)': /simple/good/\n"
        "ERROR: Could not find a version that satisfies the requirement good (from versions: none)\n",
        "can't be reached",
    ),
    "uv password": (
        "error: No solution found when resolving dependencies\n  cause: Because good was not found in the package registry "
        "and you require good, we can conclude that your requirements are unsatisfiable.\n\nhint: An index URL (http://x/) "
        "could not be queried due to a lack of valid authentication credentials (401 Unauthorized)\n",
        "wants a user name and a password",
    ),
    "pip password": ("User for 127.0.0.1:8765: \nEOFError: EOF when reading a line\n", "wants a user name and a password"),
    "certificate": ("  cause: invalid peer certificate: UnknownIssuer\n", "certificate that isn't trusted"),
    "uv address": (
        "error: Failed to resolve dependencies for package `urldep==1.0`\n  cause: Package `evil` was included as a URL "
        "dependency. URL dependencies must be expressed as direct requirements or constraints.\n",
        "'evil' from an address of its own",
    ),
    "unknown": ("some words\nerror: the moon is full\n", "could not be installed: the moon is full"),
    "nothing": ("", "no reason was given"),
}  # fmt: skip


@pytest.mark.parametrize("kind", OUTPUTS)
def test_one_plain_line(kind: str) -> None:
    """Each output becomes the line that helps; only what other versions could cure is tried with others."""
    output, expected = OUTPUTS[kind]
    error = explain(output)
    assert expected in str(error)
    assert "\n" not in str(error)
    assert error.next_step
    curable = ("no ready-built", "has no package", "fit together", "address of its own")
    assert isinstance(error, Unresolvable) is any(words in str(error) for words in curable)


def test_passwords_are_not_shown() -> None:
    """User names, passwords and tokens of addresses and of the environment are blotted out."""
    environment = {
        "UV_INDEX_OURS_PASSWORD": "tok3n-in-variable",
        "PIP_INDEX_URL": "https://user:p%40ss/w0rd@host/simple",
        "UV_DEFAULT_INDEX": "https://just-a-token@host/simple",
        "HTTPS_PROXY": "http://me:proxypass@proxy:3128",
        "HOME": "/home/me",
    }
    text = (
        "fetch https://user:p%40ss/w0rd@host/simple and http://a:b@c/d, proxy proxypass, tok3n-in-variable, p@ss/w0rd,"
        " just-a-token, /home/me, git+ssh://git@github.com/x, https://plain.example/y"
    )
    shown = redact(text, environment)
    for secret in ("p%40ss", "w0rd", "proxypass", "tok3n", "p@ss", "just-a-token", "a:b@"):
        assert secret not in shown
    assert "/home/me" in shown
    assert "https://***@host/simple" in shown
    assert "https://plain.example/y" in shown


def test_uv_is_told_what_pip_is_told() -> None:
    """A user's settings of pip hold for uv too; the environment outranks the files; folders that aren't there are left."""
    here = os.path.dirname(__file__)
    listing = (
        "global.index-url='https://one.example/simple'\n:env:.index-url='https://two.example/simple'\n"
        "global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'\n"
        f"global.find-links='{here} /no/such/folder https://c.example'\n"
        "install.trusted-host='h1 h2'\nglobal.cert='/certs.pem'\nglobal.no-index='true'\nglobal.timeout='60'\nnonsense\n"
    )
    assert uv_settings(listing) == {
        "UV_DEFAULT_INDEX": "https://two.example/simple",
        "UV_INDEX": "https://a.example https://b.example",
        "UV_FIND_LINKS": f"{here},https://c.example",
        "UV_INSECURE_HOST": "h1 h2",
        "SSL_CERT_FILE": "/certs.pem",
        "UV_NO_INDEX": "1",
    }
    assert uv_settings("") == {}
