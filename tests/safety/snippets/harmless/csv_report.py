import csv
import io


def report(rows, path=None):
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=sorted(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    if path:
        with open(path, "w", newline="") as file:
            file.write(buffer.getvalue())
    return buffer.getvalue()
