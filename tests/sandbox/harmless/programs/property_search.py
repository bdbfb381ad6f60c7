# hypothesis in a script: a property that holds, and the smallest example of one that doesn't.
# needs: hypothesis
# expect: held 100
# expect: smallest [1000]
# expect: found 0 '0' True
import random

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

runs = []


@settings(max_examples=100, database=None, deadline=None, derandomize=True)
@given(st.lists(st.integers()))
def reversing_twice(items):
    runs.append(1)
    assert list(reversed(list(reversed(items)))) == items


reversing_twice()
print("held", len(runs))
smallest = find(st.lists(st.integers()), lambda items: sum(items) >= 1000, settings=settings(database=None, derandomize=True, max_examples=2000))
print("smallest", smallest)
number, text = find(st.tuples(st.integers(), st.text("0123456789", min_size=1)), lambda pair: True, settings=settings(database=None, derandomize=True, phases=[Phase.generate, Phase.shrink]))
print("found", number, repr(text), isinstance(random.random(), float))
