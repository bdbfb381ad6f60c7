"""Six hard tasks about parsing, data structures, encodings and files: an algorithm, or a format with all its edges."""

from __future__ import annotations

from typing import Final

from benchmarks.tasks.task import Task, plain

HARD_DATA: Final[tuple[Task, ...]] = (
    plain(
        "parse_csv(content: str) -> list[list[str]]",
        "reads the contents of a CSV file into rows of fields, all as texts. Fields are separated by commas, rows by \\n or "
        "\\r\\n. A field that begins with a double quote reaches to the next double quote that isn't doubled; inside it, "
        "commas and line breaks belong to the field and a doubled quote stands for one. Spaces belong to the field. A line "
        "break at the end of the content begins no further row; an empty line is a row with one empty field. An empty "
        "content has no rows. A quote that is never closed, or anything but a comma or the row's end after the closing "
        "quote, raises a ValueError. The csv module must not be used.",
        examples=(
            "parse_csv('a,b\\n1,\"x, y\"\\n') == [['a', 'b'], ['1', 'x, y']]",
            "parse_csv('') == []",
            "raises:ValueError: parse_csv('\"open')",
        ),
        checks=(
            "parse_csv('a') == [['a']]",
            "parse_csv('a,,b') == [['a', '', 'b']]",
            "parse_csv('x\\na,') == [['x'], ['a', '']]",
            "parse_csv(',') == [['', '']]",
            "parse_csv('a,b\\r\\nc,d\\r\\n') == [['a', 'b'], ['c', 'd']]",
            'parse_csv(\'"say ""hi""",x\') == [[\'say "hi"\', \'x\']]',
            "parse_csv('\"two\\nlines\",z\\nend') == [['two\\nlines', 'z'], ['end']]",
            "parse_csv('a\\n\\nb') == [['a'], [''], ['b']]",
            "parse_csv(' a , b ') == [[' a ', ' b ']]",
            "parse_csv('\"\",\"\"') == [['', '']]",
            "parse_csv('\\n') == [['']]",
            "raises:ValueError: parse_csv('\"a\"b,c')",
            "raises:ValueError: parse_csv('x,\"y')",
        ),
        solution='''
def parse_csv(content: str) -> list[list[str]]:
    """Read the contents of a CSV file."""
    rows: list[list[str]] = []
    row: list[str] = []
    index = 0
    while index < len(content):
        field, index = _field(content, index)
        row.append(field)
        if content.startswith(",", index):
            index += 1
            if index < len(content):
                continue
            row.append("")
        elif content.startswith("\\r\\n", index):
            index += 2
        elif content.startswith("\\n", index):
            index += 1
        elif index < len(content):
            raise ValueError(f"unexpected after a quote: {content[index]!r}")
        rows.append(row)
        row = []
    return rows


def _field(content, start):
    if not content.startswith('"', start):
        end = start
        while end < len(content) and content[end] not in ",\\n" and content[end : end + 2] != "\\r\\n":
            end += 1
        return content[start:end], end
    pieces = []
    index = start + 1
    while (end := content.find('"', index)) >= 0:
        pieces.append(content[index:end])
        if not content.startswith('"', end + 1):
            return "".join(pieces), end + 1
        pieces.append('"')
        index = end + 2
    raise ValueError("a quote is never closed")
''',
        grade="hard",
        domain="parsing",
    ),
    plain(
        "lru_results(capacity: int, operations: list[tuple]) -> list",
        "plays operations on a cache that is empty at first and holds at most `capacity` keys, and returns a list of what "
        "the reads give. ('put', key, value) stores a value; ('get', key) reads one, or None if the key isn't there; "
        "('drop', key) removes a key if it is there. If a put brings in a new key and the cache is full, the key that was "
        "put or read least recently leaves first. A capacity of 0 holds nothing; a negative one, or an operation of "
        "another name, raises a ValueError.",
        examples=(
            "lru_results(2, [('put', 'a', 1), ('put', 'b', 2), ('get', 'a'), ('put', 'c', 3), ('get', 'b'), ('get', 'a')]) "
            "== [1, None, 1]",
            "lru_results(0, [('put', 'a', 1), ('get', 'a')]) == [None]",
            "raises:ValueError: lru_results(-1, [])",
        ),
        checks=(
            "lru_results(1, []) == []",
            "lru_results(1, [('get', 'x')]) == [None]",
            "lru_results(1, [('put', 'x', 1), ('put', 'x', 2), ('get', 'x')]) == [2]",
            "lru_results(2, [('put', 'a', 1), ('put', 'b', 2), ('put', 'a', 9), ('put', 'c', 3), ('get', 'a'), ('get', 'b')]) "
            "== [9, None]",
            "lru_results(2, [('put', 'a', 1), ('put', 'b', 2), ('drop', 'a'), ('get', 'a'), ('put', 'c', 3), "
            "('get', 'b'), ('get', 'c')]) == [None, 2, 3]",
            "lru_results(2, [('drop', 'no'), ('put', 'a', None), ('put', 'b', 0), ('get', 'b')]) == [0]",
            "lru_results(2, [('put', 'a', None), ('put', 'b', 2), ('get', 'a'), ('put', 'c', 3), ('get', 'b')]) "
            "== [None, None]",
            "lru_results(3, [('put', 1, 'x'), ('put', 2, 'y'), ('put', 3, 'z'), ('get', 1), ('get', 2), ('put', 4, 'w'), "
            "('get', 3), ('get', 4)]) == ['x', 'y', None, 'w']",
            "lru_results(1, [('put', 'a', 1), ('put', 'b', 2), ('get', 'a'), ('get', 'b')]) == [None, 2]",
            "raises:ValueError: lru_results(2, [('peek', 'a')])",
        ),
        solution='''
def lru_results(capacity: int, operations: list[tuple]) -> list:
    """Play operations on a cache that forgets what was used least recently."""
    if capacity < 0:
        raise ValueError("a capacity isn't negative")
    cache: dict = {}
    results = []
    for name, key, *value in operations:
        if name == "get":
            results.append(cache.get(key))
            if key in cache:
                cache[key] = cache.pop(key)
        elif name == "put":
            cache.pop(key, None)
            cache[key] = value[0]
            if len(cache) > capacity:
                del cache[next(iter(cache))]
        elif name == "drop":
            cache.pop(key, None)
        else:
            raise ValueError(f"no such operation: {name!r}")
    return results
''',
        grade="hard",
        domain="structures",
    ),
    plain(
        "cheapest_path(graph, start, goal)",
        "finds the cheapest way in a directed graph. The graph maps each node to a dictionary of the nodes that can be "
        "reached from it, with the costs of the steps (0 or more); a node that leads nowhere may be missing. The result is "
        "a pair of the whole cost and the list of nodes from start to goal, or None if there is no way. Of equally cheap "
        "ways the one with the fewest steps is taken. The way from a node to itself costs 0 and has one node.",
        examples=(
            "cheapest_path({'a': {'b': 1, 'c': 5}, 'b': {'c': 2}}, 'a', 'c') == (3, ['a', 'b', 'c'])",
            "cheapest_path({'a': {}}, 'a', 'z') == None",
        ),
        form="->",
        checks=(
            "cheapest_path({'a': {'b': 1}}, 'a', 'a') == (0, ['a'])",
            "cheapest_path({'a': {'b': 1}}, 'b', 'a') == None",
            "cheapest_path({}, 'x', 'x') == (0, ['x'])",
            "cheapest_path({'a': {'b': 4}}, 'a', 'b') == (4, ['a', 'b'])",
            "cheapest_path({'a': {'b': 1, 'c': 2}, 'b': {'c': 1}}, 'a', 'c') == (2, ['a', 'c'])",
            "cheapest_path({'a': {'b': 1}, 'b': {'a': 1, 'c': 1}, 'c': {}}, 'a', 'c') == (2, ['a', 'b', 'c'])",
            "cheapest_path({'a': {'x': 0, 'w': 1}, 'x': {'y': 0}, 'y': {'z': 2}, 'w': {'z': 1}}, 'a', 'z') == "
            "(2, ['a', 'w', 'z'])",
            "cheapest_path({1: {2: 10, 3: 1}, 3: {4: 1}, 4: {2: 1}}, 1, 2) == (3, [1, 3, 4, 2])",
            "cheapest_path({'a': {'b': 0}, 'b': {'a': 0, 'c': 0}}, 'a', 'c') == (0, ['a', 'b', 'c'])",
            "cheapest_path({'s': {'x': 1, 'y': 1}, 'x': {'m': 5}, 'y': {'z': 2}, 'z': {'m': 2}, 'm': {'t': 1}}, 's', 't') "
            "== (6, ['s', 'y', 'z', 'm', 't'])",
            "cheapest_path({'a': {'b': 7, 'c': 3, 'd': 1}, 'd': {'c': 1}, 'c': {'b': 2}}, 'a', 'b') == "
            "(4, ['a', 'd', 'c', 'b'])",
        ),
        solution='''
import heapq
from itertools import count


def cheapest_path(graph, start, goal):
    """Find the cheapest way, of equally cheap ones the shortest."""
    order = count()
    waiting = [(0, 0, next(order), start, [start])]
    done = set()
    while waiting:
        cost, steps, _, node, path = heapq.heappop(waiting)
        if node == goal:
            return cost, path
        if node in done:
            continue
        done.add(node)
        for following, price in graph.get(node, {}).items():
            if following not in done:
                heapq.heappush(waiting, (cost + price, steps + 1, next(order), following, [*path, following]))
    return None
''',
        grade="hard",
        domain="structures",
    ),
    plain(
        "build_order(needs: dict[str, list[str]]) -> list[str]",
        "returns an order in which things can be built: each thing after all that it needs. The dictionary maps a thing to "
        "what it needs; what only occurs in the lists needs nothing itself. Whenever several things could be built next, "
        "the alphabetically first one is. If things need each other in a circle, or a thing needs itself, a ValueError is "
        "raised. The argument isn't changed.",
        examples=(
            "build_order({'app': ['lib', 'core'], 'lib': ['core']}) == ['core', 'lib', 'app']",
            "raises:ValueError: build_order({'a': ['b'], 'b': ['a']})",
        ),
        checks=(
            "build_order({}) == []",
            "build_order({'x': []}) == ['x']",
            "build_order({'c': [], 'a': [], 'b': []}) == ['a', 'b', 'c']",
            "build_order({'a': ['z']}) == ['z', 'a']",
            "build_order({'a': ['d'], 'b': [], 'c': [], 'd': []}) == ['b', 'c', 'd', 'a']",
            "build_order({'b': ['a'], 'c': ['a'], 'd': ['b', 'c']}) == ['a', 'b', 'c', 'd']",
            "build_order({'z': ['a', 'a']}) == ['a', 'z']",
            "build_order({'a': ['m'], 'k': [], 'm': ['c']}) == ['c', 'k', 'm', 'a']",
            "(lambda n: [build_order(n), n])({'b': ['a']}) == [['a', 'b'], {'b': ['a']}]",
            "raises:ValueError: build_order({'a': ['a']})",
            "raises:ValueError: build_order({'a': ['b'], 'b': ['c'], 'c': ['a'], 'x': []})",
        ),
        solution='''
def build_order(needs: dict[str, list[str]]) -> list[str]:
    """Return an order in which each thing comes after all that it needs."""
    missing = {thing: set(needed) for thing, needed in needs.items()}
    for needed in needs.values():
        for thing in needed:
            missing.setdefault(thing, set())
    order: list[str] = []
    while missing:
        ready = [thing for thing, needed in missing.items() if not needed]
        if not ready:
            raise ValueError("things need each other in a circle")
        thing = min(ready)
        order.append(thing)
        del missing[thing]
        for needed in missing.values():
            needed.discard(thing)
    return order
''',
        grade="hard",
        domain="structures",
    ),
    plain(
        "bdecode(data: bytes)",
        "decodes one value in bencoding. i-42e is an integer; 4:spam is a byte string with its length before the colon, and "
        "is returned as bytes; l...e is a list of values; d...e is a dictionary of byte string keys, each followed by its "
        "value, whose keys must be in strictly ascending order. Integers have no leading zeros, nor a minus before 0, and "
        "lengths have no leading zeros. Data that is cut off, has anything after the value, or breaks one of these rules "
        "raises a ValueError.",
        examples=(
            "bdecode(b'd3:bar4:spam3:fooi42ee') == {b'bar': b'spam', b'foo': 42}",
            "bdecode(b'le') == []",
            "raises:ValueError: bdecode(b'i-0e')",
        ),
        checks=(
            "bdecode(b'i0e') == 0",
            "bdecode(b'i-17e') == -17",
            "bdecode(b'0:') == b''",
            "bdecode(b'li1e1:ali2eee') == [1, b'a', [2]]",
            "bdecode(b'd1:ad1:bi1eee') == {b'a': {b'b': 1}}",
            "raises:ValueError: bdecode(b'')",
            "raises:ValueError: bdecode(b'i042e')",
            "raises:ValueError: bdecode(b'5:spam')",
            "raises:ValueError: bdecode(b'i1ei2e')",
            "raises:ValueError: bdecode(b'd1:bi1e1:ai2ee')",
            "raises:ValueError: bdecode(b'li1e')",
            "raises:ValueError: bdecode(b'di1ei2ee')",
            "raises:ValueError: bdecode(b'd1:ai1e1:ai2ee')",
            "raises:ValueError: bdecode(b'd1:ae')",
        ),
        solution='''
import re


def bdecode(data: bytes):
    """Decode one value in bencoding."""
    value, end = _value(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes after the value")
    return value


def _value(data, start):
    if match := re.compile(rb"i(0|-?[1-9][0-9]*)e").match(data, start):
        return int(match[1]), match.end()
    if match := re.compile(rb"(0|[1-9][0-9]*):").match(data, start):
        end = match.end() + int(match[1])
        if end > len(data):
            raise ValueError("a byte string is cut off")
        return data[match.end() : end], end
    kind = data[start : start + 1]
    if kind not in (b"l", b"d"):
        raise ValueError(f"no value at {start}")
    items = []
    position = start + 1
    while data[position : position + 1] != b"e":
        item, position = _value(data, position)
        items.append(item)
    return (items if kind == b"l" else _dictionary(items)), position + 1


def _dictionary(items):
    keys = items[::2]
    if len(items) % 2 or not all(isinstance(key, bytes) for key in keys):
        raise ValueError("not pairs of a byte string and a value")
    if any(left >= right for left, right in zip(keys, keys[1:])):
        raise ValueError("the keys aren't in ascending order")
    return dict(zip(keys, items[1::2]))
''',
        grade="hard",
        domain="encoding",
    ),
    plain(
        "update_config(content: str, settings: dict[str, str]) -> str",
        "is given the contents of a settings file and returns them with some settings changed. The lines are "
        "`key = value` with any spaces around key and value, comments whose first character other than spaces is #, or "
        "blank. For each given setting, the line with its key becomes `key = value` with one space on each side of the = "
        "and none before the key; keys that the file doesn't have are added at its end in alphabetical order. All other "
        "lines stay exactly as they are, and in their order; so does a line whose value is the given one already. A "
        "commented-out key doesn't count as there. Every line of the result ends with \\n.",
        examples=(
            "update_config('a=1\\n# note\\nb=2\\n', {'b': '3'}) == 'a=1\\n# note\\nb = 3\\n'",
            "update_config('', {'z': '1', 'a': '2'}) == 'a = 2\\nz = 1\\n'",
        ),
        checks=(
            "update_config('', {}) == ''",
            "update_config('x=1', {}) == 'x=1\\n'",
            "update_config('x =  1 \\n', {'x': '1'}) == 'x =  1 \\n'",
            "update_config('x=1', {'x': '2', 'y': '3'}) == 'x = 2\\ny = 3\\n'",
            "update_config('# x = 1\\n\\n  keep  =  me  \\n', {'x': '5'}) == '# x = 1\\n\\n  keep  =  me  \\nx = 5\\n'",
            "update_config('url = a=b\\nur = 1\\n', {'url': 'c=d'}) == 'url = c=d\\nur = 1\\n'",
            "update_config('x=1\\ny=2\\n', {'y': '2', 'x': '7'}) == 'x = 7\\ny=2\\n'",
            "update_config('  x=1\\n  #x=1\\n', {'x': '2'}) == 'x = 2\\n  #x=1\\n'",
            "update_config('b = 1\\na = 2\\n', {'a': '3', 'd': 'x', 'c': 'y'}) == 'b = 1\\na = 3\\nc = y\\nd = x\\n'",
            "(lambda s: [update_config('k = 1\\n', s), s])({'k': '2', 'm': '3'}) == "
            "['k = 2\\nm = 3\\n', {'k': '2', 'm': '3'}]",
        ),
        solution='''
def update_config(content: str, settings: dict[str, str]) -> str:
    """Return the contents with some settings changed."""
    missing = dict(settings)
    lines = content.splitlines()
    for index, line in enumerate(lines):
        key, equals, value = line.partition("=")
        key = key.strip()
        if not equals or key.startswith("#") or key not in settings:
            continue
        missing.pop(key, None)
        if value.strip() != settings[key]:
            lines[index] = f"{key} = {settings[key]}"
    lines += [f"{key} = {missing[key]}" for key in sorted(missing)]
    return "".join(line + "\\n" for line in lines)
''',
        grade="hard",
        domain="files",
    ),
)
