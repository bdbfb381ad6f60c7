"""Tables in CSV as lists of records."""

import csv
import io


def csv_to_records(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """Read CSV text whose first line has the column names, and give one record of texts for each row.

    >>> csv_to_records('name,age\\nAnn,30\\nBob,25')
    [{'name': 'Ann', 'age': '30'}, {'name': 'Bob', 'age': '25'}]
    >>> csv_to_records('a;b\\n1;2', ';')
    [{'a': '1', 'b': '2'}]

    Raises:
        TypeError: an argument is no text.
        ValueError: there are no column names, two are the same, or a row has more or fewer values than there are columns.
    """
    if not isinstance(text, str) or not isinstance(delimiter, str):
        raise TypeError("text and delimiter must be texts")
    if len(delimiter) != 1:
        raise ValueError("delimiter must be one character")
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter) if row]
    if not rows:
        raise ValueError("the text has no line with column names")
    names = [name.strip() for name in rows[0]]
    if len(set(names)) != len(names):
        raise ValueError("two columns have the same name")
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(names):
            raise ValueError(f"row {number} has {len(row)} values for {len(names)} columns")
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]
