# JSON of all shapes in text and in files, with own encoders, hooks and errors with their place.
# expect: same True
# expect: sorted {"a": [1, 2.5, null], "b": "ü"}
# expect: encoder {"day": "2024-02-29", "numbers": [1, 2]}
# expect: decimals 0.3
# expect: error line 2 column 8
# expect: digest b9bfb90d
import datetime
import hashlib
import json
from decimal import Decimal

data = {"text": "snow ☃ \u0000 \\ \"", "deep": [[[[]]]], "big": 10**30, "none": None, "yes": True, "float": 1e-7}
with open("data.json", "w", encoding="utf-8") as file:
    json.dump(data, file, ensure_ascii=False, indent=2)
with open("data.json", encoding="utf-8") as file:
    print("same", json.load(file) == data == json.loads(json.dumps(data)))
print("sorted", json.dumps({"b": "ü", "a": [1, 2.5, None]}, sort_keys=True, ensure_ascii=False))


class Encoder(json.JSONEncoder):
    def default(self, value):
        return value.isoformat() if isinstance(value, datetime.date) else sorted(value)


print("encoder", json.dumps({"day": datetime.date(2024, 2, 29), "numbers": {2, 1}}, cls=Encoder))
print("decimals", sum(json.loads("[0.1, 0.2]", parse_float=Decimal)))
try:
    json.loads('{"a": 1,\n "b": 2x}')
except json.JSONDecodeError as error:
    print("error line", error.lineno, "column", error.colno)
long = json.dumps([{"n": n, "square": n * n} for n in range(10_000)])
print("digest", hashlib.sha256(long.encode()).hexdigest()[:8])
