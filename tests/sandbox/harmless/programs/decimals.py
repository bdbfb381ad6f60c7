# decimal: exact sums, contexts, roundings, traps, and pi to fifty digits.
# expect: exact 0.3 True
# expect: rounded 2.67 2.68 -2
# expect: pi 3.1415926535897932384626433832795028841971693993751
# expect: trapped DivisionByZero
# expect: interest 1628.89
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, DivisionByZero, getcontext, localcontext

print("exact", Decimal("0.1") + Decimal("0.2"), Decimal("0.1") * 3 == Decimal("0.3"))
cent = Decimal("0.01")
print("rounded", Decimal("2.675").quantize(cent, ROUND_DOWN), Decimal("2.675").quantize(cent, ROUND_HALF_UP), round(Decimal("-2.5")))
with localcontext() as context:
    context.prec = 55
    three = Decimal(3)
    last, term, pi, n, na, d, da = 0, three, 3, 1, 0, 0, 24
    while pi != last:
        last = pi
        n, na = n + na, na + 8
        d, da = d + da, da + 32
        term = (term * n) / d
        pi += term
    context.prec = 50
    print("pi", +pi)
try:
    Decimal(1) / 0
except DivisionByZero as error:
    print("trapped", type(error).__name__)
assert getcontext().prec == 28
print("interest", (1000 * Decimal("1.05") ** 10).quantize(cent))
