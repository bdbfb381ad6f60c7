# File names in many scripts, with spaces and emoji, long ones, and both normal forms of the same letter.
# expect: names 6 True
# expect: content Zażółć gęślą jaźń
# expect: forms differ True same when normalised True both there 2
# expect: long name 240 bytes
# expect: glob ['große Datei.txt']
# expect: folded True width W category So
import glob
import os
import unicodedata

names = ["große Datei.txt", "文件.csv", "Ελληνικά", "🦊 fox", "a 'b' \"c\"", "новый\tфайл"]
os.mkdir("Ordner mit Ümlaut")
for name in names:
    with open(os.path.join("Ordner mit Ümlaut", name), "w", encoding="utf-8") as file:
        file.write("Zażółć gęślą jaźń")
listed = os.listdir("Ordner mit Ümlaut")
print("names", len(listed), sorted(listed) == sorted(names))
with open(os.path.join("Ordner mit Ümlaut", "文件.csv"), encoding="utf-8") as file:
    print("content", file.read())
composed = unicodedata.normalize("NFC", "é")
taken_apart = unicodedata.normalize("NFD", "é")
os.mkdir("forms")
for name in (composed, taken_apart):
    open(os.path.join("forms", name), "w", encoding="utf-8").close()
same = unicodedata.normalize("NFC", taken_apart) == composed
print("forms differ", composed != taken_apart, "same when normalised", same, "both there", len(os.listdir("forms")))
long = "ä" * 120
open(long, "w", encoding="utf-8").close()
print("long name", len(os.fsencode(long)), "bytes")
print("glob", [os.path.basename(path) for path in glob.glob("Ordner*/gro?e*.txt")])
print("folded", "STRASSE".casefold() == "straße".casefold(), "width", unicodedata.east_asian_width("文"), "category", unicodedata.category("🦊"))
