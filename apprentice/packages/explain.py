"""What an installer's output means, as one plain line with the next step; addresses never show their passwords."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from urllib.parse import unquote

from packaging.utils import canonicalize_name

from apprentice.errors import PackageError

_USER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s/'\"]*@")
_PASSWORD = re.compile(r"://(?P<user>[^\s:/@]*):?(?P<password>[^\s@]*)@")

_DISK = re.compile(
    r"No space left on device|os error 28\b|os error 112\b|Disk quota exceeded|Errno 28\b|Errno 122\b"
)
_DENIED = re.compile(
    r"\b40[13] (Unauthorized|Forbidden|Client Error)|lack of valid authentication|EOF when reading a line"
)
_CERTIFICATE = re.compile(
    r"certificate verify failed|invalid peer certificate|SSLCertVerificationError|UnknownIssuer", re.I
)
_NETWORK = re.compile(
    r"error sending request|dns error|tcp connect error|connection broken|Failed to establish a new connection"
    r"|Max retries exceeded|operation timed out|Read timed out|network was disabled|connection error:"
    r"|Connection (refused|reset)|too many 5\d\d error|\b5\d\d (Server Error|Service|Bad Gateway|Gateway|Internal)"
    r"|Failed to fetch|error decoding response body|ConnectionError|ProtocolError"
)  # fmt: skip
_OUTSIDE = re.compile(r"outside the target directory|\.data directory contents should be named")
_URL_DEPENDENCY = re.compile(r"Package `(?P<name>[^`]+)` was included as a URL dependency")
_UV_NO_WHEEL = re.compile(
    r"Wheels are required for `(?P<a>[A-Za-z0-9._-]+)`|(?:versions? of )?(?P<b>[A-Za-z0-9._-]+?)(?:[<>=!~]=?\S+)? ha(?:s|ve) no "
    r"(?:usable wheels|wheels with a matching|source distribution)"
)
_UV_MISSING = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+) was not found in the (?:package registry|provided package locations)"
)
_UV_ONLY = re.compile(
    r"(?:[Bb]ecause|and) (?P<only>only .+? (?:is|are) available|there (?:is|are) no versions? of .+?),? and (?P<needed>.+?) ?,"
)
_PIP_MISSING = re.compile(r"satisfies the requirement (?P<need>.+?) \(from versions: (?P<versions>.*?)\)")


class Unresolvable(PackageError):
    """No set of versions that is to be had fulfils what was asked; another set of demands may."""


def redact(text: str, environment: Mapping[str, str] | None = None) -> str:
    """The text without the user names and passwords of addresses, nor those that stand in the environment."""
    for secret in _secrets(environment or {}):
        text = text.replace(secret, "***")
    return _USER.sub(lambda found: f"{found['scheme']}***@", text)


def _secrets(environment: Mapping[str, str]) -> list[str]:
    found: set[str] = set()
    for name, value in environment.items():
        if not name.upper().startswith(("PIP_", "UV_")) and not name.upper().endswith("_PROXY"):
            continue
        if re.search(r"PASSWORD|TOKEN", name, re.IGNORECASE):
            found.add(value)
        for match in _PASSWORD.finditer(value):
            found |= {match["password"], unquote(match["password"])}
            if not match["password"]:
                found |= {match["user"], unquote(match["user"])}
    # Very short ones would blot out half of every line.
    return sorted((secret for secret in found if len(secret) >= 4), key=len, reverse=True)


def explain(output: str) -> PackageError:
    """The error that the output of a failed `uv pip` or `pip` stands for. The output must be redacted."""
    # uv breaks its sentences into lines.
    flat = re.sub(r"\s+", " ", output)
    if _DISK.search(flat):
        return PackageError("No disk space left to install packages.", "Free some space and try again.")
    if found := _URL_DEPENDENCY.search(flat):
        return url_dependency(found["name"])
    if _CERTIFICATE.search(flat):
        return PackageError(
            "The package index shows a certificate that isn't trusted.",
            "Name the file with your certificates in SSL_CERT_FILE (and PIP_CERT).",
        )
    if _OUTSIDE.search(flat):
        return PackageError("A package tries to write outside its own folder.", "Use another package.")
    no_wheel = _no_wheel(output, flat)
    missing = _UV_MISSING.search(flat)
    if _DENIED.search(flat):
        return PackageError(
            "The package index wants a user name and a password, or refused those it got.",
            "Put them into the index address: UV_DEFAULT_INDEX or PIP_INDEX_URL.",
        )
    if no_wheel:
        return no_wheel_error(no_wheel)
    if _NETWORK.search(_without_missing_pages(output)):
        return unreachable()
    if missing:
        return not_found(missing["name"])
    if found := _PIP_MISSING.search(flat):
        name = re.split(r"[^A-Za-z0-9._-]", found["need"], maxsplit=1)[0]
        if found["versions"] in ("", "none"):
            return not_found(name)
        newest = found["versions"].split(", ")[-1]
        return _no_version(f"{found['need']} isn't to be had (newest: {newest})")
    if found := _UV_ONLY.search(flat):
        return _no_version(f"{found['only']}, and {found['needed']}")
    if "No solution found" in flat or "ResolutionImpossible" in flat or "conflicting dependencies" in flat:
        return _no_version(_last_line(output))
    return PackageError(f"The packages could not be installed: {_last_line(output)}", "See logs/agent.jsonl.")


def unreachable() -> PackageError:
    """The error for an index that doesn't answer."""
    return PackageError(
        "The package index can't be reached.",
        "Go online once, or name an index of your own in UV_DEFAULT_INDEX or PIP_INDEX_URL "
        "(a folder of wheels: UV_FIND_LINKS or PIP_FIND_LINKS).",
    )


def not_found(name: str) -> Unresolvable:
    """The error for a package that the index doesn't know."""
    return Unresolvable(
        f"The package index has no package {name!r}.",
        "Check its name in allowed_packages.txt, and the index.",
    )


def no_wheel_error(name: str) -> Unresolvable:
    """The error for a package that would have to be built."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return Unresolvable(
        f"The package {name!r} has no ready-built file (wheel) for {python} on this computer, "
        "and packages are never built here.",
        "Allow another version of it in allowed_packages.txt, or use another package.",
    )


def url_dependency(name: str) -> Unresolvable:
    """The error for a dependency that is named by an address instead of by a version."""
    return Unresolvable(
        f"A package wants {name!r} from an address of its own, not from the index.", "Use another package."
    )


def _no_version(reason: str) -> Unresolvable:
    return Unresolvable(
        f"No versions of the packages fit together: {_short(reason)}.",
        "Correct the limits in allowed_packages.txt.",
    )


def _no_wheel(output: str, flat: str) -> str:
    if found := _UV_NO_WHEEL.search(flat):
        return str(found["a"] or found["b"])
    if found := _PIP_MISSING.search(flat):
        name = canonicalize_name(re.split(r"[^A-Za-z0-9._-]", found["need"], maxsplit=1)[0])
        for line in output.splitlines():
            skipped = re.search(
                r"Skipping link: (No sources permitted for|none of the wheel's tags|The package .* requires a different).*/(?P<file>[^/ ]+)",
                line,
            )
            if skipped and found["versions"] in ("", "none"):
                file = canonicalize_name(skipped["file"])
                if file.startswith(f"{name}-") and re.match(r"\d", file[len(name) + 1 :]):
                    return name
    return ""


def _without_missing_pages(output: str) -> str:
    """The output without pip's word that one of several indexes has no page for the package."""
    return "\n".join(line for line in output.splitlines() if "404 Client Error" not in line)


def _last_line(output: str) -> str:
    lines = [line.strip(" ×╰─▶│\t") for line in output.splitlines()]
    told = [line for line in lines if re.match(r"(ERROR|error|cause|Caused by)\b", line)] or [
        line for line in lines if line
    ]
    return (
        _short(re.sub(r"^(ERROR|error|cause|Caused by):\s*", "", told[-1])) if told else "no reason was given"
    )


def _short(text: str) -> str:
    flat = " ".join(text.split()).rstrip(".")
    return flat if len(flat) <= 240 else flat[:239] + "…"
