import hashlib
import logging
import math


def digest(text, algorithm="sha256"):
    return getattr(hashlib, algorithm)(text.encode()).hexdigest()


def call_math(name, value):
    return getattr(math, name)(value)


def set_level(level):
    logging.basicConfig(level=getattr(logging, level.upper(), logging.INFO))
