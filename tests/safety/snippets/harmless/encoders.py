import base64
import binascii
import codecs


def encode(text):
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def decode(text):
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def rot13(text):
    return codecs.encode(text, "rot_13"), bytes.fromhex("ff00").hex()
