"""Functions with examples that pin them down, for tests about mutants."""

from __future__ import annotations

REFERENCES: list[tuple[str, str, list[str]]] = [
    (
        "clamp",
        "def clamp(value, low, high):\n    if value < low:\n        return low\n    if value > high:\n        return high\n    return value\n",
        ["clamp(5, 1, 9) == 5", "clamp(0, 1, 9) == 1", "clamp(12, 1, 9) == 9", "clamp(3, 3, 3) == 3"],
    ),
    (
        "factorial",
        "def factorial(n: int) -> int:\n    if n <= 1:\n        return 1\n    return n * factorial(n - 1)\n",
        ["factorial(0) == 1", "factorial(1) == 1", "factorial(5) == 120"],
    ),
    (
        "slugify",
        "import re\n\n\ndef slugify(text: str) -> str:\n    text = text.lower().strip()\n    return re.sub(r'[^a-z0-9]+', '-', text).strip('-')\n",
        [
            "slugify('Hello World') == 'hello-world'",
            "slugify('  A  b! ') == 'a-b'",
            "slugify('--x1--') == 'x1'",
        ],
    ),
    (
        "digit_sum",
        "def digit_sum(n):\n    n = abs(n)\n    total = 0\n    while n > 0:\n        total += n % 10\n        n //= 10\n    return total\n",
        ["digit_sum(123) == 6", "digit_sum(0) == 0", "digit_sum(-45) == 9", "digit_sum(907) == 16"],
    ),
    (
        "gcd",
        "def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return abs(a)\n",
        ["gcd(12, 18) == 6", "gcd(0, 5) == 5", "gcd(-4, 0) == 4", "gcd(7, 3) == 1"],
    ),
    (
        "is_prime",
        "def is_prime(n: int) -> bool:\n    if n < 2:\n        return False\n    for d in range(2, int(n ** 0.5) + 1):\n        if n % d == 0:\n            return False\n    return True\n",
        [
            "is_prime(2)",
            "is_prime(97)",
            "not is_prime(1)",
            "not is_prime(9)",
            "not is_prime(-7)",
            "is_prime(5)",
        ],
    ),
    (
        "binary_search",
        "def binary_search(items, wanted):\n    low, high = 0, len(items) - 1\n    while low <= high:\n        mid = (low + high) // 2\n        if items[mid] == wanted:\n            return mid\n        if items[mid] < wanted:\n            low = mid + 1\n        else:\n            high = mid - 1\n    return -1\n",
        [
            "[binary_search([1, 3, 5, 7], x) for x in (1, 3, 5, 7)] == [0, 1, 2, 3]",
            "binary_search([1, 3], 2) == -1",
        ],
    ),
    (
        "word_count",
        "from collections import Counter\n\n\ndef word_count(text):\n    words = text.lower().split()\n    return dict(Counter(words))\n",
        ["word_count('a B a') == {'a': 2, 'b': 1}", "word_count('') == {}", "word_count('A a') == {'a': 2}"],
    ),
    (
        "flatten",
        "def flatten(items):\n    result = []\n    for item in items:\n        if isinstance(item, list):\n            result.extend(flatten(item))\n        else:\n            result.append(item)\n    return result\n",
        ["flatten([1, [2, [3]], 4]) == [1, 2, 3, 4]", "flatten([]) == []", "flatten([[], [1]]) == [1]"],
    ),
    (
        "chunk",
        "def chunk(items: list, size: int) -> list:\n    if size < 1:\n        raise ValueError('size')\n    return [items[i:i + size] for i in range(0, len(items), size)]\n",
        [
            "chunk([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]",
            "chunk([], 3) == []",
            "chunk([1], 1) == [[1]]",
        ],
    ),
    (
        "caesar",
        "def caesar(text, shift):\n    out = []\n    for c in text:\n        if c.isalpha():\n            base = ord('A') if c.isupper() else ord('a')\n            out.append(chr((ord(c) - base + shift) % 26 + base))\n        else:\n            out.append(c)\n    return ''.join(out)\n",
        ["caesar('abc XYZ!', 3) == 'def ABC!'", "caesar('a1', -1) == 'z1'", "caesar('', 3) == ''"],
    ),
    (
        "to_roman",
        "TABLE = [(1000, 'M'), (900, 'CM'), (500, 'D'), (400, 'CD'), (100, 'C'), (90, 'XC'), (50, 'L'), (40, 'XL'), (10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]\n\n\ndef to_roman(number):\n    text = ''\n    for value, letters in TABLE:\n        while number >= value:\n            text += letters\n            number -= value\n    return text\n",
        ["to_roman(1994) == 'MCMXCIV'", "to_roman(3) == 'III'", "to_roman(448) == 'CDXLVIII'"],
    ),
    (
        "fizzbuzz",
        "def fizzbuzz(n):\n    if n % 15 == 0:\n        return 'FizzBuzz'\n    elif n % 3 == 0:\n        return 'Fizz'\n    elif n % 5 == 0:\n        return 'Buzz'\n    return str(n)\n",
        [
            "fizzbuzz(15) == 'FizzBuzz'",
            "fizzbuzz(9) == 'Fizz'",
            "fizzbuzz(10) == 'Buzz'",
            "fizzbuzz(7) == '7'",
        ],
    ),
    (
        "balanced",
        "PAIRS = {')': '(', ']': '[', '}': '{'}\n\n\ndef balanced(text: str) -> bool:\n    stack = []\n    for c in text:\n        if c in PAIRS.values():\n            stack.append(c)\n        elif c in PAIRS:\n            if not stack or stack.pop() != PAIRS[c]:\n                return False\n    return not stack\n",
        [
            "balanced('([]{})')",
            "not balanced('(]')",
            "not balanced('((')",
            "not balanced(')')",
            "balanced('')",
        ],
    ),
    (
        "unique",
        "def unique(items):\n    seen = set()\n    result = []\n    for item in items:\n        if item in seen:\n            continue\n        seen.add(item)\n        result.append(item)\n    return result\n",
        ["unique([1, 2, 1, 3, 2]) == [1, 2, 3]", "unique([]) == []", "unique('aab') == ['a', 'b']"],
    ),
    (
        "median",
        "def median(values: list[float]) -> float:\n    ordered = sorted(values)\n    middle = len(ordered) // 2\n    if len(ordered) % 2 == 1:\n        return ordered[middle]\n    return (ordered[middle - 1] + ordered[middle]) / 2\n",
        ["median([3, 1, 2]) == 2", "median([4, 1, 3, 2]) == 2.5", "median([7]) == 7", "median([9, 1]) == 5"],
    ),
    (
        "parse_pairs",
        "def parse_pairs(text, sep='=', default=None):\n    found = {}\n    for part in text.split(';'):\n        part = part.strip()\n        if not part:\n            continue\n        key, _, value = part.partition(sep)\n        found[key.strip()] = value.strip() or default\n    return found\n",
        ["parse_pairs('a = 1; b=2;;c') == {'a': '1', 'b': '2', 'c': None}", "parse_pairs('') == {}"],
    ),
    (
        "Stack",
        "class Stack:\n    '''A stack.'''\n\n    def __init__(self, limit: int = 3) -> None:\n        self.items: list[int] = []\n        self.limit = limit\n\n    def push(self, item: int) -> int:\n        if len(self.items) >= self.limit:\n            raise OverflowError('full')\n        self.items.append(item)\n        return len(self.items)\n\n    def pop(self) -> int:\n        return self.items.pop()\n",
        [
            "[Stack().push(4), Stack(1).push(2)] == [1, 1]",
            "len((s := Stack(), s.push(1), s.push(2), s.push(3))) == 4",
            "[type(e) for s in [Stack(1)] for e in [s.push(1), raised(s.push, 2)]] == [int, OverflowError]",
            "(s := Stack(), s.push(1), s.push(2), s.pop())[-1] == 2",
        ],
    ),
    (
        "grade",
        "def grade(score, curve=0):\n    match score + curve:\n        case 100:\n            return 'A+'\n        case value if value >= 90:\n            return 'A'\n        case value if value >= 80 and curve == 0:\n            return 'B'\n        case _:\n            return 'C'\n",
        [
            "grade(100) == 'A+'",
            "grade(90) == 'A'",
            "grade(89) == 'B'",
            "grade(80) == 'B'",
            "grade(84, 1) == 'C'",
        ],
    ),
    (
        "report",
        "def _line(name: str, amount: float, *, width: int = 8) -> str:\n    return f'{name:<{width}}{amount:>8.2f}'\n\n\ndef report(rows):\n    '''Report.'''\n    lines = [_line(n, a) for n, a in sorted(rows) if a > 0]\n    lines.append('ü' * 3); lines.append(f\"{'total'}: {sum(a for _, a in rows):.1f}\")\n    return '\\n'.join(lines)\n",
        [
            "report([('b', 2.5), ('a', 1), ('c', 0)]) == 'a           1.00\\nb           2.50\\nüüü\\ntotal: 3.5'"
        ],
    ),
]
