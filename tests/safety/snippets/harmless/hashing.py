import hashlib
import hmac
import secrets


def fingerprint(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(65536), b""):
            digest.update(block)
    return digest.hexdigest()


def sign(key, message):
    return hmac.new(key, message, "sha256").hexdigest(), secrets.token_hex(8)
