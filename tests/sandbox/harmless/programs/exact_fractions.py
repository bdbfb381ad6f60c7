# fractions, math, cmath and very long integers.
# expect: harmonic 14466636279520351160221518043104131447711/2788815009188499086581352357412492142272
# expect: pi 355/113
# expect: digits of 1000! 2568 sum 10539
# expect: fibonacci ends 93125
# expect: roots [(-1+0j), 1j, (1+0j)]
# expect: comb 100891344545564193334812497256 isqrt 1000000
import cmath
import math
from fractions import Fraction

print("harmonic", sum(Fraction(1, n) for n in range(1, 101)))
print("pi", Fraction(math.pi).limit_denominator(1000))
digits = str(math.factorial(1000))
print("digits of 1000!", len(digits), "sum", sum(map(int, digits)))
a, b = 0, 1
for _ in range(20_000):
    a, b = b, a + b
print("fibonacci ends", a % 100_000)
found = {complex(round(z.real), round(z.imag)) for z in (cmath.exp(1j * cmath.pi * k / 2) for k in range(3))}
print("roots", sorted(found, key=lambda z: z.real))
print("comb", math.comb(100, 50), "isqrt", math.isqrt(10**12 + 5))
