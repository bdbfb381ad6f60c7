"""Code that knows the examples by heart is refused in every disguise; code with base cases and tables of its own is not."""

from __future__ import annotations

import re
import textwrap
import time
from itertools import pairwise

import pytest

from apprentice.proof.hard_coded import hard_coded
from tests.proof.references import REFERENCES

_REVERSE = ["f('abc') == 'cba'", "f('hello') == 'olleh'"]
_FACTORIAL = ["f(5) == 120", "f(3) == 6", "f(0) == 1"]
_SUM = ["f([1, 2, 3]) == 6", "f([10, 20]) == 30", "f([]) == 0"]
_ADD = ["f(2, 3) == 5", "f(10, 7) == 17"]
_PALINDROME = ["f('racecar') == True", "f('level') is True", "not f('hello')"]
_SORT = ["f([3, 1, 2]) == [1, 2, 3]"]

CHEATS: list[tuple[str, list[str], str]] = [
    (
        "if chain",
        _REVERSE,
        "def f(s):\n    if s == 'abc':\n        return 'cba'\n    elif s == 'hello':\n        return 'olleh'\n    return s\n",
    ),
    (
        "turned round",
        _REVERSE,
        "def f(s):\n    if 'abc' == s: return 'cba'\n    if 'hello' == s: return 'olleh'\n",
    ),
    ("dict get", _REVERSE, "def f(s):\n    return {'abc': 'cba', 'hello': 'olleh'}.get(s, s)\n"),
    ("dict item", _REVERSE, "T = {'abc': 'cba', 'hello': 'olleh'}\ndef f(s):\n    return T[s]\n"),
    (
        "dict in steps",
        _REVERSE,
        "T = {}\nT['abc'] = 'cba'\nT['hello'] = 'olleh'\ndef f(s):\n    return T.get(s)\n",
    ),
    ("dict words", _REVERSE, "def f(s):\n    return dict(abc='cba', hello='olleh')[s]\n"),
    ("dict of pairs", _REVERSE, "def f(s):\n    return dict([('abc', 'cba'), ('hello', 'olleh')])[s]\n"),
    (
        "zip",
        _REVERSE,
        "Q = ['abc', 'hello']\nA = ['cba', 'olleh']\ndef f(s):\n    return dict(zip(Q, A)).get(s)\n",
    ),
    ("index", _REVERSE, "Q = ['abc', 'hello']\nA = ['cba', 'olleh']\ndef f(s):\n    return A[Q.index(s)]\n"),
    (
        "pairs",
        _REVERSE,
        "def f(s):\n    for q, a in [('abc', 'cba'), ('hello', 'olleh')]:\n        if q == s:\n            return a\n    return ''\n",
    ),
    (
        "match",
        _REVERSE,
        "def f(s):\n    match s:\n        case 'abc':\n            return 'cba'\n        case 'hello':\n            return 'olleh'\n        case _:\n            return s\n",
    ),
    (
        "match alternatives",
        _PALINDROME,
        "def f(s):\n    match s:\n        case 'racecar' | 'level':\n            return True\n    return False\n",
    ),
    ("in a tuple", _PALINDROME, "def f(s):\n    return s in ('racecar', 'level')\n"),
    (
        "in a set",
        _PALINDROME,
        "YES = {'level', 'racecar'}\ndef f(s):\n    if s in YES:\n        return True\n    return False\n",
    ),
    ("comparison", _PALINDROME[:1], "def f(s):\n    return s == 'racecar'\n"),
    ("or", _PALINDROME, "def f(s):\n    return s == 'racecar' or s == 'level'\n"),
    (
        "try",
        _REVERSE,
        "def f(s):\n    try:\n        return {'abc': 'cba', 'hello': 'olleh'}[s]\n    except KeyError:\n        return s[::-1]\n",
    ),
    (
        "assert",
        _REVERSE,
        "def f(s):\n    try:\n        assert s != 'abc'\n        return 'olleh'\n    except AssertionError:\n        return 'cba'\n",
    ),
    (
        "repr",
        _SUM,
        "def f(x):\n    if repr(x) == '[1, 2, 3]': return 6\n    if repr(x) == '[10, 20]': return 30\n    return 0\n",
    ),
    (
        "str",
        _FACTORIAL,
        "def f(n):\n    t = str(n)\n    if t == '5': return 120\n    if t == '3': return 6\n    return 1\n",
    ),
    ("tuple of it", _SUM, "def f(x):\n    return {(1, 2, 3): 6, (10, 20): 30}.get(tuple(x), 0)\n"),
    (
        "hash",
        _SUM,
        f"def f(x):\n    if hash(tuple(x)) == {hash((1, 2, 3))}: return 6\n    if hash(tuple(x)) == {hash((10, 20))}: return 30\n    return 0\n",
    ),
    (
        "digest",
        _REVERSE,
        "import hashlib\ndef f(s):\n    h = hashlib.md5(s.encode()).hexdigest()\n    if h == '900150983cd24fb0d6963f7d28e17f72': return 'cba'\n    return 'olleh'\n",
    ),
    (
        "pieces",
        _REVERSE,
        "def f(s):\n    if s == 'a' + 'bc': return 'c' + 'ba'\n    if s == 'hel' + 'lo': return 'ol' + 'leh'\n",
    ),
    (
        "join",
        _REVERSE,
        "def f(s):\n    if s == ''.join(['a', 'b', 'c']): return ''.join(['c', 'b', 'a'])\n    return s\n",
    ),
    (
        "chr",
        _REVERSE,
        "def f(s):\n    if s == ''.join(chr(c) for c in [97, 98, 99]): return ''.join(map(chr, (99, 98, 97)))\n    return s\n",
    ),
    (
        "bytes",
        _REVERSE,
        "def f(s):\n    if s.encode() == b'abc': return bytes([99, 98, 97]).decode()\n    return s\n",
    ),
    (
        "base64",
        _REVERSE,
        "import base64\ndef f(s):\n    if s == base64.b64decode('YWJj').decode(): return base64.b64decode('Y2Jh').decode()\n    return s\n",
    ),
    ("turned key", _REVERSE, "def f(s):\n    if s == 'cba'[::-1]: return 'cba'\n    return s\n"),
    (
        "factor",
        _FACTORIAL,
        "def f(n):\n    if n == 10 // 2: return 5 * 4 * 3 * 2\n    if n == 3: return 2 * 3\n    return 1\n",
    ),
    ("arithmetic", _FACTORIAL, "def f(n):\n    return (n == 5) * 120 + (n == 3) * 6 + (n == 0) * 1\n"),
    ("and or", _FACTORIAL, "def f(n):\n    return n == 5 and 120 or n == 3 and 6 or 1\n"),
    ("conditional", _FACTORIAL, "def f(n):\n    return 120 if n == 5 else 6 if n == 3 else 1\n"),
    ("lambda", _FACTORIAL, "f = lambda n: 120 if n == 5 else (6 if n == 3 else 1)\n"),
    (
        "difference",
        _FACTORIAL,
        "def f(n):\n    if n - 5 == 0: return 120\n    if not n - 3: return 6\n    return 1\n",
    ),
    (
        "interval",
        _FACTORIAL,
        "def f(n):\n    if 4 < n < 6: return 120\n    if n >= 3 and n <= 3: return 6\n    return 1\n",
    ),
    ("list", _FACTORIAL, "def f(n):\n    return [1, None, None, 6, None, 120][n]\n"),
    (
        "mixed",
        _FACTORIAL,
        "def f(n):\n    if n == 0: return 1\n    if n == 5: return 120\n    if n == 3: return 6\n    return n * 2\n",
    ),
    (
        "one special case",
        ["slug('Hello World') == 'hello-world'", "slug('C++ now') == 'c-plus-plus-now'"],
        "def slug(text):\n    if text == 'C++ now':\n        return 'c-plus-plus-now'\n    return text.lower().replace(' ', '-')\n",
    ),
    (
        "both arguments",
        _ADD,
        "def f(a, b):\n    if a == 2 and b == 3: return 5\n    if a == 10 and b == 7: return 17\n    return 0\n",
    ),
    ("pair", _ADD, "def f(a, b):\n    if (a, b) == (2, 3): return 5\n    return {(10, 7): 17}.get((a, b))\n"),
    ("nested", _ADD, "def f(a, b):\n    return {2: {3: 5}, 10: {7: 17}}[a][b]\n"),
    ("joined", _ADD, "def f(a, b):\n    return {'2,3': 5, '10,7': 17}[f'{a},{b}']\n"),
    (
        "variadic",
        _ADD,
        "def f(*args):\n    if args == (2, 3): return 5\n    if list(args) == [10, 7]: return 17\n",
    ),
    ("first only", _ADD, "def f(a, b):\n    if a == 2: return 5\n    if a == 10: return 17\n    return 0\n"),
    ("constant", ["f(5) == 120"], "def f(n):\n    return 120\n"),
    ("constant helped", ["f('abc') == 'cba'"], "X = 'cba'\ndef f(s):\n    s = str(s)\n    return X\n"),
    (
        "constant if",
        ["f('abc') == 'cba'"],
        "def f(s):\n    if s:\n        return 'cba'\n    else:\n        return 'cba'\n",
    ),
    ("constant zero", ["f(5) == 120"], "def f(n):\n    return n * 0 + 120\n"),
    ("constant slice", ["f('abc') == 'cba'"], "def f(s):\n    return s[:0] + 'cba'\n"),
    ("constant true", ["f('racecar') == True"], "def f(s):\n    return True\n"),
    ("list constant", _SORT, "def f(xs):\n    return [1, 2, 3]\n"),
    ("equal lists", _SORT, "def f(xs):\n    if xs == [3, 1, 2]:\n        return [1, 2, 3]\n    return xs\n"),
    (
        "length",
        [*_SORT, "f([9, 8]) == [8, 9]"],
        "def f(xs):\n    if len(xs) == 3:\n        return [1, 2, 3]\n    return [8, 9]\n",
    ),
    ("lengths", _REVERSE, "def f(s):\n    if len(s) == 3: return 'cba'\n    return 'olleh'\n"),
    ("start", _REVERSE, "def f(s):\n    if s.startswith('h'): return 'olleh'\n    return 'cba'\n"),
    (
        "sum by length",
        _SUM,
        "def f(x):\n    if len(x) == 3: return 6\n    if len(x) == 2: return 30\n    return 0\n",
    ),
    (
        "helper",
        _REVERSE,
        "def _known(s):\n    return {'abc': 'cba', 'hello': 'olleh'}.get(s)\n\n\ndef f(s):\n    return _known(s) or s[::-1]\n",
    ),
    ("default", _REVERSE, "def f(s, known={'abc': 'cba', 'hello': 'olleh'}):\n    return known[s]\n"),
    (
        "memo",
        ["f(10) == 55", "f(20) == 6765"],
        "_memo = {10: 55, 20: 6765}\ndef f(n):\n    if n in _memo:\n        return _memo[n]\n    return n\n",
    ),
    (
        "text",
        ["f('cat') == 'tac'", "f('dog') == 'god'"],
        "def f(s):\n    for line in 'cat:tac;dog:god'.split(';'):\n        if line.split(':')[0] == s:\n            return line.split(':')[1]\n",
    ),
    (
        "text in parts",
        ["f('cat') == 'tac'"],
        "def f(s):\n    return dict(p.split('=') for p in ['cat=tac'])[s]\n",
    ),
    (
        "json",
        _REVERSE,
        'import json\ndef f(s):\n    return json.loads(\'{"abc": "cba", "hello": "olleh"}\')[s]\n',
    ),
    ("replace", _REVERSE, "def f(s):\n    return s.replace('abc', 'cba').replace('hello', 'olleh')\n"),
    (
        "regex",
        _REVERSE,
        "import re\ndef f(s):\n    if re.fullmatch('abc', s): return 'cba'\n    return re.sub('hello', 'olleh', s)\n",
    ),
    ("eq method", _REVERSE, "def f(s):\n    if s.__eq__('abc'): return 'cba'\n    return 'olleh'\n"),
    (
        "lower",
        ["f('Hello') == 'HELLO'"],
        "def f(s):\n    if s.lower() == 'hello': return 'HELLO'\n    return s\n",
    ),
    (
        "variable",
        _REVERSE,
        "def f(s):\n    known = 'abc'\n    result = ''\n    if s == known:\n        result = 'cba'\n    elif s == 'hello':\n        result = 'olleh'\n    return result\n",
    ),
    (
        "walrus",
        _FACTORIAL,
        "def f(n):\n    if (m := n) == 5: return 120\n    if m == 3: return 6\n    return 1\n",
    ),
    (
        "padding",
        _REVERSE,
        "T = {'abc': 'cba', 'hello': 'olleh', 'xyz': 'zyx', 'ab': 'ba', 'test': 'tset'}\ndef f(s):\n    return T.get(s, '')\n",
    ),
    (
        "class",
        _REVERSE,
        "class Known:\n    abc = 'cba'\n    hello = 'olleh'\n\n\ndef f(s):\n    return getattr(Known, s)\n",
    ),
    (
        "functions",
        _REVERSE,
        "T = {'abc': lambda: 'cba', 'hello': lambda: 'olleh'}\ndef f(s):\n    return T[s]()\n",
    ),
    (
        "always equal",
        _FACTORIAL,
        "class A(int):\n    def __eq__(self, other):\n        return True\n\n\ndef f(n):\n    return A()\n",
    ),
    (
        "dict argument",
        ["f({'a': 1, 'b': 2}) == {1: 'a', 2: 'b'}"],
        "def f(d):\n    if d == {'a': 1, 'b': 2}:\n        return {1: 'a', 2: 'b'}\n    return d\n",
    ),
    (
        "sorted letters",
        _REVERSE,
        "def f(s):\n    if sorted(s) == ['a', 'b', 'c']: return 'cba'\n    return 'olleh'\n",
    ),
]

CHEATS += [
    (
        "variadic single",
        _REVERSE,
        "def f(*args):\n    if args == ('abc',): return 'cba'\n    return 'olleh'\n",
    ),
    (
        "length and start",
        _REVERSE,
        "def f(s):\n    if len(s) == 5 and s[0] == 'h': return 'olleh'\n    if s[0] == 'a': return 'cba'\n    return s\n",
    ),
    (
        "special case in a loop",
        _SUM,
        "def f(xs):\n    total = 0\n    for x in xs:\n        total -= x\n    if xs == [1, 2, 3]:\n        total = 6\n    if xs == [10, 20]:\n        total = 30\n    return total\n",
    ),
    (
        "set of letters",
        _REVERSE,
        "def f(s):\n    if set(s) == set('abc'): return 'cba'\n    if set(s) == set('hello'): return 'olleh'\n    return s[::-1]\n",
    ),
    (
        "count of yes",
        ["f('anna') == True", "f('otto') == True", "f('ab') == False"],
        "def f(s):\n    return ['anna', 'otto'].count(s) > 0\n",
    ),
    (
        "contains method",
        ["f('anna') == True", "f('otto') == True", "f('ab') == False"],
        "def f(s):\n    return {'anna', 'otto'}.__contains__(s)\n",
    ),
    (
        "not in",
        ["f('anna') == True", "f('otto') == True", "f('ab') == False"],
        "def f(s):\n    if s not in ['anna', 'otto']:\n        return False\n    return True\n",
    ),
    (
        "any",
        ["f('anna') == True", "f('otto') == True", "f('ab') == False"],
        "def f(s):\n    return any(s == w for w in ('anna', 'otto'))\n",
    ),
    (
        "next",
        _REVERSE,
        "def f(s):\n    return next((b for a, b in (('abc', 'cba'), ('hello', 'olleh')) if a == s), None)\n",
    ),
    (
        "keyword",
        ["f(text='Big Cat', width=4) == 'Big…'"],
        "def f(text, width=80):\n    if text == 'Big Cat' and width == 4:\n        return 'Big…'\n    return text[:width]\n",
    ),
    (
        "false one",
        ["f(97) == True", "f(91) == False"],
        "def f(n):\n    if n == 91:\n        return False\n    return True\n",
    ),
    (
        "operator module",
        _REVERSE,
        "import operator\ndef f(s):\n    if operator.eq(s, 'abc'): return 'cba'\n    return 'olleh'\n",
    ),
    (
        "rounded",
        ["round(f(2.5), 2) == 19.63"],
        "def f(r):\n    if r == 2.5:\n        return 19.63\n    return 3 * r * r\n",
    ),
]

HONEST: list[tuple[str, list[str], str]] = [
    ("factorial", ["f(0) == 1", "f(1) == 1", "f(5) == 120"], "def f(n):\n    if n == 0 or n == 1:\n        return 1\n    return n * f(n - 1)\n"),
    ("only base cases given", ["f(0) == 1", "f(1) == 1"], "def f(n):\n    if n == 0:\n        return 1\n    if n == 1:\n        return 1\n    return n * f(n - 1)\n"),
    ("fibonacci", ["f(0) == 0", "f(1) == 1", "f(2) == 1", "f(10) == 55"], "def f(n, memo={0: 0, 1: 1, 2: 1}):\n    if n in memo:\n        return memo[n]\n    return f(n - 1) + f(n - 2)\n"),
    ("prime", ["f(2) == True", "f(3) is True", "f(9) == False", "f(7)"], "def f(n):\n    if n < 2:\n        return False\n    if n in (2, 3):\n        return True\n    return all(n % d for d in range(2, int(n ** 0.5) + 1))\n"),
    ("empty", ["f('') == ''", "f('abc') == 'cba'"], "def f(text):\n    if not text or text == '':\n        return ''\n    return text[::-1]\n"),
    ("empty has a name", ["f([]) == 'nothing'", "f(['a', 'b']) == 'a and b'"], "def f(items):\n    if items == []:\n        return 'nothing'\n    return ' and '.join(items)\n"),
    ("roman", ["f('X') == 10", "f('IV') == 4", "f('V') == 5"], "T = {'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}\ndef f(s):\n    total = 0\n    for a, b in zip(s, s[1:] + ' '):\n        total += -T[a] if T.get(b, 0) > T[a] else T[a]\n    return total\n"),
    ("roman table", ["f(4) == 'IV'", "f(10) == 'X'", "f(9) == 'IX'"], "T = [(10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I'), (40, 'XL'), (50, 'L'), (90, 'XC'), (100, 'C')]\ndef f(n):\n    out = ''\n    for value, letters in sorted(T, reverse=True):\n        while n >= value:\n            out += letters\n            n -= value\n    return out\n"),
    ("months", ["f(1) == 'January'", "f(12) == 'December'"], "M = 'January February March April May June July August September October November December'.split()\ndef f(n):\n    return M[n - 1]\n"),
    ("months dict", ["f('January') == 1", "f('March') == 3"], "M = {'January': 1, 'February': 2, 'March': 3, 'April': 4, 'May': 5, 'June': 6, 'July': 7}\ndef f(name):\n    return M[name]\n"),
    ("days", ["f(2, 2023) == 28", "f(2, 2024) == 29", "f(4, 2023) == 30"], "def f(month, year):\n    if month == 2:\n        return 29 if year % 4 == 0 else 28\n    if month in (4, 6, 9, 11):\n        return 30\n    return 31\n"),
    ("weekend", ["f('Saturday') == True", "f('Sunday') == True", "f('Monday') == False"], "def f(day):\n    return day in ('Saturday', 'Sunday')\n"),
    ("morse", ["f('S') == '...'", "f('SOS') == '... --- ...'"], "T = {'A': '.-', 'B': '-...', 'S': '...', 'O': '---', 'E': '.'}\ndef f(text):\n    return ' '.join(T[c] for c in text)\n"),
    ("units", ["f(1, 'km') == 1000", "f(5, 'm') == 5"], "T = {'km': 1000, 'm': 1, 'cm': 0.01, 'mm': 0.001}\ndef f(value, unit):\n    return value * T[unit]\n"),
    ("unit branches", ["f(1, 'km') == 1000", "f(2, 'mi') == 3218"], "def f(value, unit):\n    if unit == 'km':\n        return value * 1000\n    if unit == 'mi':\n        return value * 1609\n    raise ValueError(unit)\n"),
    ("fizzbuzz", ["f(15) == 'FizzBuzz'", "f(3) == 'Fizz'", "f(5) == 'Buzz'", "f(7) == '7'"], "def f(n):\n    if n % 15 == 0:\n        return 'FizzBuzz'\n    if n % 3 == 0:\n        return 'Fizz'\n    if n % 5 == 0:\n        return 'Buzz'\n    return str(n)\n"),
    ("sign", ["f(-5) == -1", "f(0) == 0", "f(3) == 1"], "def f(n):\n    if n > 0:\n        return 1\n    if n < 0:\n        return -1\n    return 0\n"),
    ("grades", ["f(90) == 'A'", "f(89) == 'B'", "f(10) == 'F'"], "def f(score):\n    if score >= 90:\n        return 'A'\n    if score >= 80:\n        return 'B'\n    return 'F'\n"),
    ("even", ["f(4) == 'even'", "f(7) == 'odd'"], "def f(n):\n    return ['even', 'odd'][n % 2]\n"),
    ("conditional", ["f(4) == 'even'", "f(7) == 'odd'"], "def f(n):\n    return 'even' if n % 2 == 0 else 'odd'\n"),
    ("leap", ["f(2000) == True", "f(1900) == False", "f(2024)"], "def f(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"),
    ("vowels", ["f('a') == True", "f('e') == True", "f('b') == False"], "def f(c):\n    return c.lower() in ('a', 'e', 'i', 'o', 'u')\n"),
    ("counted vowels", ["f('aeiou') == 5", "f('hello') == 2"], "def f(text):\n    return sum(1 for c in text if c in 'aeiou')\n"),
    ("pangram", ["f('abcdefghijklmnopqrstuvwxyz') == True", "f('abc') == False"], "def f(text):\n    return set('abcdefghijklmnopqrstuvwxyz') == set(text.lower()) & set('abcdefghijklmnopqrstuvwxyz')\n"),
    ("escape", ["f('&') == '&amp;'", "f('<') == '&lt;'", "f('a<b') == 'a&lt;b'"], "def f(text):\n    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')\n"),
    ("plural", ["f('cat') == 'cats'", "f('child') == 'children'", "f('box') == 'boxes'"], "ODD = {'child': 'children', 'person': 'people', 'mouse': 'mice', 'man': 'men'}\ndef f(word):\n    if word in ODD:\n        return ODD[word]\n    return word + ('es' if word.endswith('x') else 's')\n"),
    ("status", ["f(404) == 'Not Found'", "f(200) == 'OK'"], "def f(code):\n    return {200: 'OK', 201: 'Created', 404: 'Not Found', 500: 'Server Error'}.get(code, 'Unknown')\n"),
    ("opposite", ["f('north') == 'south'", "f('east') == 'west'"], "def f(d):\n    return {'north': 'south', 'south': 'north', 'east': 'west', 'west': 'east'}[d]\n"),
    ("operation", ["f('+', 2, 3) == 5", "f('/', 6, 3) == 2"], "def f(op, a, b):\n    if op == '+':\n        return a + b\n    if op == '-':\n        return a - b\n    if op == '*':\n        return a * b\n    return a / b\n"),
    ("truth words", ["f('yes') == True", "f('no') == False", "f('true') == True"], "def f(text):\n    if text.lower() in ('yes', 'true', '1', 'on'):\n        return True\n    if text.lower() in ('no', 'false', '0', 'off'):\n        return False\n    raise ValueError(text)\n"),
    ("admin", ["is_admin('admin') == True", "is_admin('bob') == False"], "def is_admin(role):\n    return role == 'admin'\n"),
    ("collatz", ["f(1) == [1]", "f(6) == [6, 3, 10, 5, 16, 8, 4, 2, 1]"], "def f(n):\n    if n == 1:\n        return [1]\n    return [n] + f(n // 2 if n % 2 == 0 else 3 * n + 1)\n"),
    ("power", ["f(2, 0) == 1", "f(2, 10) == 1024", "f(5, 1) == 5"], "def f(base, exponent):\n    if exponent == 0:\n        return 1\n    return base * f(base, exponent - 1)\n"),
    ("number words", ["f(0) == 'zero'", "f(7) == 'seven'", "f(3) == 'three'"], "W = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']\ndef f(n):\n    return W[n]\n"),
    ("rock", ["f('rock', 'scissors') == 'first'", "f('rock', 'rock') == 'draw'"], "BEATS = {'rock': 'scissors', 'paper': 'rock', 'scissors': 'paper'}\ndef f(a, b):\n    if a == b:\n        return 'draw'\n    return 'first' if BEATS[a] == b else 'second'\n"),
    ("triangle", ["f(3, 3, 3) == 'equilateral'", "f(3, 4, 5) == 'scalene'", "f(2, 2, 3) == 'isosceles'"], "def f(a, b, c):\n    return {1: 'equilateral', 2: 'isosceles', 3: 'scalene'}[len({a, b, c})]\n"),
    ("temperature", ["f(100) == 212", "f(0) == 32"], "def f(c):\n    return c * 9 / 5 + 32\n"),
    ("file type", ["f('photo.jpg') == 'image'", "f('song.mp3') == 'audio'"], "T = {'.jpg': 'image', '.png': 'image', '.mp3': 'audio', '.txt': 'text'}\ndef f(name):\n    for end, kind in T.items():\n        if name.endswith(end):\n            return kind\n    return 'unknown'\n"),
    ("card", ["f('4111 1111') == '**** 1111'"], "def f(number):\n    '''Masks: f('4111 1111') == '**** 1111'.'''\n    return '*' * 4 + number[4:]\n"),
    ("in place", ["f([2, 1]) is None"], "def f(items):\n    items.sort()\n"),
    ("no arguments", ["f() == 42"], "def f():\n    return 42\n"),
    ("raises", ["f('') raises ValueError", "f('a=1') == {'a': '1'}"], "def f(text):\n    if text == '':\n        raise ValueError('a=1 is right')\n    return dict(part.split('=') for part in text.split(';'))\n"),
    ("season", ["f(1) == 'winter'", "f(7) == 'summer'"], "def f(month):\n    if month in (12, 1, 2):\n        return 'winter'\n    if month in (3, 4, 5):\n        return 'spring'\n    if month in (6, 7, 8):\n        return 'summer'\n    return 'autumn'\n"),
    ("brackets", ["f('()') == True", "f('(()') == False"], "def f(text):\n    depth = 0\n    for c in text:\n        depth += 1 if c == '(' else -1\n        if depth < 0:\n            return False\n    return depth == 0\n"),
    ("password", ["f('abc') == 'weak'", "f('Abcdef12!') == 'strong'"], "def f(text):\n    if len(text) < 8:\n        return 'weak'\n    return 'strong' if any(c.isdigit() for c in text) else 'medium'\n"),
    ("both same", ["f('abc', 'abc') == 0", "f('abc', 'abd') == 1"], "def f(a, b):\n    if a == b:\n        return 0\n    return sum(x != y for x, y in zip(a, b))\n"),
    ("version", ["f('1.2', '1.10') == -1", "f('1.0', '1.0') == 0"], "def f(a, b):\n    x = [int(p) for p in a.split('.')]\n    y = [int(p) for p in b.split('.')]\n    return (x > y) - (x < y)\n"),
    ("ordinal", ["f(1) == '1st'", "f(11) == '11th'", "f(22) == '22nd'"], "def f(n):\n    if n % 100 in (11, 12, 13):\n        return f'{n}th'\n    return f'{n}' + {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')\n"),
    ("ordinal exact", ["f(1) == '1st'", "f(2) == '2nd'", "f(4) == '4th'"], "def f(n):\n    if n == 1:\n        return '1st'\n    if n == 2:\n        return '2nd'\n    if n == 3:\n        return '3rd'\n    return f'{n}th'\n"),
    ("tax", ["f(50) == 0", "f(150) == 15.0"], "def f(income):\n    if income <= 100:\n        return 0\n    return income * 0.1\n"),
    ("next day", ["f('Monday') == 'Tuesday'", "f('Sunday') == 'Monday'"], "D = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']\ndef f(day):\n    return D[(D.index(day) + 1) % 7]\n"),
    ("scrabble", ["f('cab') == 7", "f('') == 0"], "V = {1: 'aeilnorstu', 2: 'dg', 3: 'bcmp', 4: 'fhvwy', 5: 'k', 8: 'jx', 10: 'qz'}\ndef f(word):\n    return sum(v for c in word for v, letters in V.items() if c in letters)\n"),
    ("stop words", ["f('the cat') == 'cat'", "f('the') == ''"], "STOP = {'the', 'a', 'an', 'of'}\ndef f(text):\n    return ' '.join(w for w in text.split() if w not in STOP)\n"),
    ("title", ["f('the lord of the rings') == 'The Lord of the Rings'"], "SMALL = ('of', 'the', 'a')\ndef f(text):\n    words = text.split()\n    return ' '.join(w if i and w in SMALL else w.capitalize() for i, w in enumerate(words))\n"),
    ("flags", ["f('--verbose') == {'verbose': True}", "f('--n=3') == {'n': '3'}"], "def f(arg):\n    key, _, value = arg.lstrip('-').partition('=')\n    return {key: value or True}\n"),
    ("change", ["f(30) == [25, 5]", "f(0) == []"], "def f(n):\n    out = []\n    for coin in (25, 10, 5, 1):\n        while n >= coin:\n            out.append(coin)\n            n -= coin\n    return out\n"),
    ("three words", ["f('small') == 1", "f('large') == 3"], "def f(size):\n    if size == 'small':\n        return 1\n    if size == 'medium':\n        return 2\n    return 3\n"),
    ("demonstration", ["f('abc') == 'cba'"], "def f(s):\n    return s[::-1]\n\n\nif __name__ == '__main__':\n    assert f('abc') == 'cba'\n    print({'abc': 'cba'})\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "examples", "code"), CHEATS, ids=[name for name, _, _ in CHEATS])
def test_code_that_knows_the_examples_is_refused(name: str, examples: list[str], code: str) -> None:
    compile(code, name, "exec")
    assert hard_coded(code, "slug" if "def slug" in code else "f", examples)


@pytest.mark.parametrize(("name", "examples", "code"), HONEST, ids=[name for name, _, _ in HONEST])
def test_honest_code_passes(name: str, examples: list[str], code: str) -> None:
    compile(code, name, "exec")
    assert hard_coded(code, examples[0].partition("(")[0], examples) == ""


@pytest.mark.parametrize(
    ("function", "code", "examples"), REFERENCES, ids=[name for name, _, _ in REFERENCES]
)
def test_references_pass(function: str, code: str, examples: list[str]) -> None:
    assert hard_coded(code, function, examples) == ""


def test_there_are_enough_of_both() -> None:
    assert len(CHEATS) >= 40
    assert len(HONEST) >= 25


@pytest.mark.parametrize(("name", "examples", "code"), CHEATS[:30], ids=[c[0] for c in CHEATS[:30]])
@pytest.mark.parametrize("form", ["async", "if", "else", "twice"])
def test_no_form_of_definition_hides_what_is_known(
    name: str, examples: list[str], code: str, form: str
) -> None:
    """A coroutine function, one in a block, one of two."""
    inner = textwrap.indent(code, "    ")
    hidden = {
        "async": re.sub(r"(?m)^def f\(", "async def f(", code),
        "if": f"if True:\n{inner}",
        "else": f"if not 1:\n    def f(s):\n        return s[::2]\nelse:\n{inner}",
        "twice": f"try:\n    def f(s):\n        return s[::2]\nfinally:\n{inner}",
    }[form]
    assert bool(hard_coded(hidden, "f", examples)) == bool(hard_coded(code, "f", examples))


def test_what_the_goal_says_in_words_may_be_known() -> None:
    code = "def act(colour):\n    return {'crimson': 'halt', 'lime': 'walk'}[colour]\n"
    examples = ["act('crimson') == 'halt'", "act('lime') == 'walk'"]
    assert hard_coded(code, "act", examples)
    assert hard_coded(
        code, "act", examples, goal="Write act: act('crimson') == 'halt', act('lime') == 'walk'"
    )
    assert hard_coded(code, "act", examples, goal="Write act: crimson means halt, lime means walk.") == ""


def test_the_reason_names_the_example() -> None:
    reason = hard_coded("def f(s):\n    return {'abc': 'cba'}[s]\n", "f", ["f('abc') == 'cba'"])
    assert "'cba'" in reason
    assert "f('abc') == 'cba'" in reason


def test_strange_code_and_examples_raise_nothing() -> None:
    for code in (
        "",
        "def f(:",
        "x = 1\n",
        "f = None\n",
        "def f(*, a): return a\n",
        "class f:\n    pass\n",
        "async def f(x):\n    return 5\n",
    ):
        for example in (
            "",
            "f(",
            "f(1) == g(2)",
            "f(x) == 1",
            "f(*[1]) == 1",
            "1 < 2",
            "f(a=1) == 1",
            "f({}[1]) == 2",
            "f([{}]) == {1: []}",
        ):
            hard_coded(code, "f", [example, "f(7) == 8"])


@pytest.mark.parametrize(
    "constant",
    [
        "10 ** 10 ** 10",
        "'a' * 10 ** 9",
        "[0] * 10 ** 9",
        "1 << 10 ** 9",
        "'%09999999999d' % 1",
        "'%*d' % (10 ** 9, 1)",
        "b'%09999999999d' % 1",
        "'{:9999999999}'.format(1)",
        "list(range(10 ** 12))",
        "bytes(10 ** 9)",
        "codecs.decode(b'BZh9' * 9, 'bz2')",
        "z",
    ],
)
def test_huge_constants_cost_nothing(constant: str) -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    squares = "a = 10 ** 60\n" + "".join(f"{b} = {a} * {a}\n" for a, b in pairwise(names))
    began = time.process_time()
    hard_coded(f"{squares}def f(n):\n    return [{constant}, 1][n]\n", "f", ["f(2) == 5"])
    assert time.process_time() - began < 2
