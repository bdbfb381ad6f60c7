# locale, gettext and the encodings that Python starts with.
# expect: number 1234567.50
# expect: encoding utf-8 utf-8 utf-8
# expect: sorted ['a', 'b', 'c']
# expect: translated hello goodbyes
import gettext
import locale
import sys

locale.setlocale(locale.LC_ALL, "C.UTF-8")
print("number", locale.format_string("%.2f", 1234567.5, grouping=True))
print("encoding", sys.stdout.encoding.lower(), sys.getfilesystemencoding().lower(), locale.getencoding().lower())
print("sorted", sorted("cab", key=locale.strxfrm))
none = gettext.translation("none", "nowhere", fallback=True)
print("translated", none.gettext("hello"), none.ngettext("goodbye", "goodbyes", 2))
