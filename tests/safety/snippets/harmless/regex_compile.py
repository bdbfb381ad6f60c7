import re

WORD = re.compile(r"\b\w+\b")
compile = re.compile
NUMBER = compile(r"\d+")


def words(text):
    return WORD.findall(text)
