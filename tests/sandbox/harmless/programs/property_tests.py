# A test file with hypothesis: given, examples, assumptions, composite strategies, a state machine.
# needs: pytest hypothesis
# passes: test_round_trip, test_sorted, test_assumed, TestCounter::runTest
def encode(text):
    out = []
    for character in text:
        if out and out[-1][0] == character:
            out[-1][1] += 1
        else:
            out.append([character, 1])
    return out


def decode(pairs):
    return "".join(character * count for character, count in pairs)


class Counter:
    def __init__(self):
        self.value = 0

    def add(self, n):
        self.value += n
# --- tests ---
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from property_tests import Counter, decode, encode

settings.register_profile("here", max_examples=50, database=None, deadline=None)
settings.load_profile("here")


@given(st.text(alphabet="ab", max_size=20))
@example("")
@example("aaa")
def test_round_trip(text):
    assert decode(encode(text)) == text


@given(st.lists(st.floats(allow_nan=False)))
def test_sorted(numbers):
    ordered = sorted(numbers)
    assert all(a <= b for a, b in zip(ordered, ordered[1:]))


@given(st.integers(), st.integers())
def test_assumed(a, b):
    assume(b != 0)
    assert a // b * b + a % b == a


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.counter, self.expected = Counter(), 0

    @rule(n=st.integers())
    def add(self, n):
        self.counter.add(n)
        self.expected += n

    @invariant()
    def agrees(self):
        assert self.counter.value == self.expected


class TestCounter(Machine.TestCase):
    settings = settings(max_examples=10, stateful_step_count=10, database=None)
