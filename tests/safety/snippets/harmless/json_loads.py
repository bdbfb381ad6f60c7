import json


def validate(text):
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return False, f"line {error.lineno}: {error.msg}"
    return True, ""
