import cmath
import math
import statistics
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 50


def roots(a, b, c):
    root = cmath.sqrt(b * b - 4 * a * c)
    return (-b + root) / (2 * a), (-b - root) / (2 * a)


def stats(values):
    return statistics.mean(values), statistics.pstdev(values), math.fsum(values), Fraction(1, 3), Decimal("0.1")
