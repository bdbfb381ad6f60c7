import datetime
import uuid


def save(text):
    name = f"{datetime.date.today():%Y-%m-%d}_{uuid.uuid4().hex}.txt"
    with open(name, "w") as file:
        file.write(text)
    return name
