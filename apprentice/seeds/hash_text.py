"""Checksums of texts."""

import hashlib

ALGORITHMS = ("sha256", "sha512", "sha1", "md5", "sha3_256", "blake2b")


def hash_text(text: str, algorithm: str = "sha256") -> str:
    """Calculate the hash (checksum) of a text in UTF-8, in hexadecimal digits.

    Algorithms: sha256, sha512, sha3_256, blake2b; sha1 and md5 only to compare with what others calculated.

    >>> hash_text('hello', 'md5')
    '5d41402abc4b2a76b9719d911017c592'

    Raises:
        TypeError: an argument is no text.
        ValueError: the algorithm isn't one of these.
    """
    if not isinstance(text, str) or not isinstance(algorithm, str):
        raise TypeError("text and algorithm must be texts")
    name = algorithm.strip().lower().replace("sha-", "sha")
    if name not in ALGORITHMS:
        raise ValueError(f"the algorithm must be one of {', '.join(ALGORITHMS)}")
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
