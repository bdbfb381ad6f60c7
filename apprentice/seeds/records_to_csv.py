"""Lists of records as tables in CSV."""

import csv
import io
from typing import Any


def records_to_csv(records: list[dict[str, Any]]) -> str:
    """Write a list of records as CSV text, with the column names in the first line.

    The columns come in the order in which the records first use them; what a record doesn't have stays empty.

    >>> records_to_csv([{'name': 'Ann', 'age': 30}, {'name': 'Bob'}])
    'name,age\\nAnn,30\\nBob,\\n'
    >>> records_to_csv([])
    ''

    Raises:
        TypeError: the records are no list of objects, or a value is a list or an object.
    """
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise TypeError("records must be a list of objects")
    if any(isinstance(value, list | dict) for record in records for value in record.values()):
        raise TypeError("a CSV table can't hold lists or objects")
    if not records:
        return ""
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    output = io.StringIO()
    writer = csv.DictWriter(output, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return output.getvalue()
