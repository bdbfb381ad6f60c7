import itertools
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

Pair = namedtuple("Pair", "key value")


def grouped(words):
    table = defaultdict(list)
    for word in words:
        table[word[:1]].append(word)
    return {k: Counter(v).most_common(1) for k, v in table.items()}


def window(items, size):
    it = iter(items)
    buffer = deque(itertools.islice(it, size), maxlen=size)
    while len(buffer) == size:
        yield tuple(buffer)
        buffer.append(next(it, None))
