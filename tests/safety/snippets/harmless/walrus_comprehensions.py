def clean(lines):
    return [text for line in lines if (text := line.strip())]


def flat(rows):
    return {cell: len(row) for row in rows for cell in row}


def total(n):
    return sum(x for x in range(n) if x % 2)
