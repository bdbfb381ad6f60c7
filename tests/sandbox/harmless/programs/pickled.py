# Its own data goes through pickle, copy, shelve and marshal, with own reduction and shared references.
# expect: protocols [True, True, True, True, True, True]
# expect: shared True cycle True
# expect: own reduction Money(5, 'EUR')
# expect: deep copy apart True
# expect: shelf ['a', 'b'] [1, 2, 3]
# expect: marshal (1, 'two', [3.0])
import copy
import copyreg
import marshal
import pickle
import shelve
from dataclasses import dataclass, field


@dataclass
class Node:
    value: int
    children: list = field(default_factory=list)


class Money:
    def __init__(self, amount, currency):
        self.amount, self.currency = amount, currency

    def __repr__(self):
        return f"Money({self.amount}, {self.currency!r})"


copyreg.pickle(Money, lambda money: (Money, (money.amount, money.currency)))
tree = Node(1, [Node(2), Node(3)])
print("protocols", [pickle.loads(pickle.dumps(tree, protocol)) == tree for protocol in range(6)])
shared = Node(9)
pair = [shared, shared]
pair.append(pair)
again = pickle.loads(pickle.dumps(pair))
print("shared", again[0] is again[1], "cycle", again[2] is again)
print("own reduction", pickle.loads(pickle.dumps(Money(5, "EUR"))))
other = copy.deepcopy(tree)
other.children[0].value = 7
print("deep copy apart", tree.children[0].value == 2)
with shelve.open("shelf") as shelf:
    shelf["a"] = [1, 2]
    shelf["b"] = tree
    shelf["a"] += [3]
with shelve.open("shelf") as shelf:
    print("shelf", sorted(shelf), shelf["a"])
print("marshal", marshal.loads(marshal.dumps((1, "two", [3.0]))))
