import json
from pathlib import Path


def save(path, data):
    Path(path).write_text(json.dumps(data, indent=2), encoding="utf-8")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
