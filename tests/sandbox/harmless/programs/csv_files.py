# csv files with quotes, other delimiters and dictionaries go out and come back.
# expect: same True
# expect: dialect ; rows 3
# expect: total 60.60
# expect: sniffed '|'
import csv
from decimal import Decimal

rows = [["name", "note"], ["Ada", 'said "yes"'], ["Zoë", "two\nlines, one comma"]]
with open("a.csv", "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows(rows)
with open("a.csv", newline="", encoding="utf-8") as file:
    print("same", list(csv.reader(file)) == rows)
with open("b.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.DictWriter(file, ["item", "price"], delimiter=";")
    writer.writeheader()
    writer.writerows({"item": f"i{n}", "price": f"{n * 10}.{n}"} for n in range(1, 4))
with open("b.csv", newline="", encoding="utf-8") as file:
    read = list(csv.DictReader(file, delimiter=";"))
print("dialect ; rows", len(read))
print("total", sum(Decimal(row["price"]) for row in read).quantize(Decimal("0.01")))
print("sniffed", repr(csv.Sniffer().sniff("a|b|c\n1|2|3\n4|5|6\n").delimiter))
