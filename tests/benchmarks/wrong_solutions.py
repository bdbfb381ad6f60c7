"""Plausible wrong answers to plain tasks: each passes some of the checks, or all of the examples, and is wrong."""

from __future__ import annotations

WRONG: dict[str, tuple[str, ...]] = {
    "remove_duplicates": (
        "def remove_duplicates(items):\n    return list(set(items))",
        "def remove_duplicates(items):\n    return sorted(set(items), reverse=True)",
        "def remove_duplicates(items):\n    return [x for i, x in enumerate(items) if x not in items[i + 1:]]",
    ),
    "largest": (
        "def largest(numbers):\n    best = 0\n    for n in numbers:\n        best = max(best, n)\n    return best or None",
        "def largest(numbers):\n    return numbers[-1] if numbers else None",
        "def largest(numbers):\n    return max(numbers, key=abs) if numbers else None",
    ),
    "add_months": (
        # the day is always cut to 28
        "def add_months(day, months):\n"
        "    y, m, d = map(int, day.split('-'))\n"
        "    y, m = divmod(y * 12 + m - 1 + months, 12)\n"
        "    return f'{y:04d}-{m + 1:02d}-{min(d, 28):02d}'",
        # thirty days for each month
        "from datetime import date, timedelta\n"
        "def add_months(day, months):\n"
        "    return str(date.fromisoformat(day) + timedelta(days=30 * months))",
        # right for the examples; the month before January is 0
        "import calendar\n"
        "def add_months(day, months):\n"
        "    y, m, d = map(int, day.split('-'))\n"
        "    m += months\n"
        "    while m > 12:\n"
        "        m, y = m - 12, y + 1\n"
        "    if m < 1:\n"
        "        m, y = m + 12, y\n"
        "    return f'{y:04d}-{m:02d}-{min(d, calendar.monthrange(y, m)[1]):02d}'",
        # no leap years
        "def add_months(day, months):\n"
        "    y, m, d = map(int, day.split('-'))\n"
        "    y, m = divmod(y * 12 + m - 1 + months, 12)\n"
        "    last = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m]\n"
        "    return f'{y:04d}-{m + 1:02d}-{min(d, last):02d}'",
    ),
    "merge_intervals": (
        # the end of the later interval always counts
        "def merge_intervals(intervals):\n"
        "    out = []\n"
        "    for s, e in sorted(intervals):\n"
        "        if out and s <= out[-1][1]:\n"
        "            out[-1][1] = e\n"
        "        else:\n"
        "            out.append([s, e])\n"
        "    return out",
        # not sorted first
        "def merge_intervals(intervals):\n"
        "    out = []\n"
        "    for s, e in intervals:\n"
        "        if out and s <= out[-1][1]:\n"
        "            out[-1][1] = max(e, out[-1][1])\n"
        "        else:\n"
        "            out.append([s, e])\n"
        "    return out",
        # changes its argument
        "def merge_intervals(intervals):\n"
        "    intervals.sort()\n"
        "    out = []\n"
        "    for i in intervals:\n"
        "        if out and i[0] <= out[-1][1]:\n"
        "            out[-1][1] = max(i[1], out[-1][1])\n"
        "        else:\n"
        "            out.append(i)\n"
        "    return out",
    ),
    "is_balanced": (
        "def is_balanced(text):\n    return all(text.count(a) == text.count(b) for a, b in ('()', '[]', '{}'))",
        # what is left open doesn't count
        "def is_balanced(text):\n"
        "    stack = []\n"
        "    for c in text:\n"
        "        if c in '([{':\n"
        "            stack.append(c)\n"
        "        elif c in ')]}':\n"
        "            if not stack or '([{'.index(stack.pop()) != ')]}'.index(c):\n"
        "                return False\n"
        "    return True",
        # a closing bracket with nothing open ends in an IndexError
        "def is_balanced(text):\n"
        "    stack = []\n"
        "    for c in text:\n"
        "        if c in '([{':\n"
        "            stack.append(c)\n"
        "        elif c in ')]}' and '([{'.index(stack.pop()) != ')]}'.index(c):\n"
        "            return False\n"
        "    return not stack",
    ),
    "parse_duration": (
        # whatever isn't understood is skipped
        "import re\n"
        "def parse_duration(text):\n"
        "    parts = re.findall(r'(\\d+)([dhms])', text)\n"
        "    if not parts:\n"
        "        raise ValueError\n"
        "    return sum(int(n) * {'d': 86400, 'h': 3600, 'm': 60, 's': 1}[u] for n, u in parts)",
        # an empty text is 0
        "import re\n"
        "def parse_duration(text):\n"
        "    if not re.fullmatch(r'(\\s*\\d+[dhms])*', text):\n"
        "        raise ValueError\n"
        "    return sum(int(n) * {'d': 86400, 'h': 3600, 'm': 60, 's': 1}[u] for n, u in re.findall(r'(\\d+)(.)', text))",
        # one digit for each number, except before m and h
        "import re\n"
        "def parse_duration(text):\n"
        "    if not re.fullmatch(r'(\\s*\\d+[dhms])+', text):\n"
        "        raise ValueError\n"
        "    return sum(int(n[-2:]) * {'d': 86400, 'h': 3600, 'm': 60, 's': 1}[u] for n, u in re.findall(r'(\\d+)(.)', text))",
    ),
    "compare_versions": (
        "def compare_versions(first, second):\n    return (first > second) - (first < second)",
        "def compare_versions(first, second):\n"
        "    a, b = [[int(p) for p in v.split('.')] for v in (first, second)]\n"
        "    return (a > b) - (a < b)",
        "def compare_versions(first, second):\n"
        "    for a, b in zip(first.split('.'), second.split('.')):\n"
        "        if int(a) != int(b):\n"
        "            return -1 if int(a) < int(b) else 1\n"
        "    return 0",
    ),
    "evaluate": (
        "def evaluate(expression):\n"
        "    try:\n"
        "        return eval(expression.replace('^', '**'))\n"
        "    except SyntaxError:\n"
        "        raise ValueError from None",
        "def evaluate(expression):\n    return eval(expression)",
        # powers group from the left, whatever stands before them
        "import re\n"
        "def evaluate(expression):\n"
        "    if re.search(r'[^-+*/^().\\d\\s]', expression) or re.search(r'[-+*/^]\\s*$', expression):\n"
        "        raise ValueError\n"
        "    while '^' in expression:\n"
        "        expression = re.sub(r'(\\d+)\\s*\\^\\s*(\\d+)', lambda m: str(int(m[1]) ** int(m[2])), expression, count=1)\n"
        "    return eval(expression)",
    ),
    "bdecode": (
        # integers with leading zeros, and lengths beyond the end
        "def bdecode(data):\n"
        "    def value(i):\n"
        "        c = data[i:i + 1]\n"
        "        if c == b'i':\n"
        "            e = data.index(b'e', i)\n"
        "            if data[i + 1:e] == b'-0':\n"
        "                raise ValueError\n"
        "            return int(data[i + 1:e]), e + 1\n"
        "        if c in (b'l', b'd'):\n"
        "            i, out = i + 1, []\n"
        "            while data[i:i + 1] != b'e':\n"
        "                v, i = value(i)\n"
        "                out.append(v)\n"
        "            return (out if c == b'l' else dict(zip(out[::2], out[1::2]))), i + 1\n"
        "        e = data.index(b':', i)\n"
        "        n = int(data[i:e])\n"
        "        return data[e + 1:e + 1 + n], e + 1 + n\n"
        "    return value(0)[0]",
        "import json\ndef bdecode(data):\n    return json.loads(data)",
        "def bdecode(data):\n    return {b'bar': b'spam', b'foo': 42} if data[:1] == b'd' else []",
    ),
    "parse_csv": (
        "def parse_csv(content):\n    return [line.split(',') for line in content.splitlines()]",
        "import csv\n"
        "def parse_csv(content):\n"
        "    if content.count('\"') % 2:\n"
        "        raise ValueError\n"
        "    return list(csv.reader(content.split('\\n')[:-1] if content.endswith('\\n') else content.split('\\n')))",
        # a doubled quote ends the field
        "def parse_csv(content):\n"
        "    rows, row, field, quoted = [], [], '', False\n"
        "    for c in content:\n"
        "        if c == '\"':\n"
        "            quoted = not quoted\n"
        "        elif c == ',' and not quoted:\n"
        "            row.append(field)\n"
        "            field = ''\n"
        "        elif c == '\\n' and not quoted:\n"
        "            rows.append([*row, field])\n"
        "            row, field = [], ''\n"
        "        elif c != '\\r':\n"
        "            field += c\n"
        "    if quoted:\n"
        "        raise ValueError\n"
        "    return [*rows, [*row, field]] if row or field else rows",
    ),
}
