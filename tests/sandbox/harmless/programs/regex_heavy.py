# Regular expressions: named groups, look-around, backtracking, substitution by function, a megabyte of text.
# expect: dates ['2024-02-29', '1999-12-31']
# expect: tokens 9
# expect: replaced 1 mile is 1.61 km, 10 miles are 16.09 km
# expect: megabyte 40000 matches, sum 799980000
# expect: backtracking None
# expect: unicode ['Straße', 'naïve', '東京']
# expect: split ['a', ',', 'b', ';', 'c'] scanner 3
import re

pattern = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
print("dates", [f"{int(m['year'])}-{int(m['month']):02}-{int(m['day']):02}" for m in pattern.finditer("29.2.2024 and 31.12.1999")])
token = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<operator>\*\*|[-+*/()]))")
print("tokens", len(token.findall("3.5*(alpha + b2) ** 7")))
print("replaced", re.sub(r"(\d+) (mile is|miles are)\b", lambda m: f"{m[0]} {int(m[1]) * 1.609344:.2f} km", "1 mile is, 10 miles are"))
text = "".join(f"key{n}=value-{n}; some filler;\n" for n in range(40_000))
found = re.findall(r"(?m)^key(\d+)=(?!x)[a-z]+-\1;(?<=;)", text)
print("megabyte", len(found), "matches, sum", sum(map(int, found)))
print("backtracking", re.match(r"(a?){18}a{18}b", "a" * 18))
print("unicode", re.findall(r"\b[^\W\d_]{2,}\b", "12 Straße 3 naïve_ 東京".replace("_", " ")))
scanner = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s+", None)])
print("split", re.split(r"([,;])", "a,b;c"), "scanner", len(scanner.scan("1 22 333")[0]))
