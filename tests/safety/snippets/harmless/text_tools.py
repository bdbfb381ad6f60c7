import string
import textwrap
import unicodedata
from string import Template


def slugify(text):
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join("".join(c if c in string.ascii_letters + string.digits else " " for c in text).split()).lower()


def letter(name):
    return textwrap.fill(Template("Dear $name, welcome").substitute(name=name), 40)
