# statistics over lists and fractions, with a normal distribution.
# expect: mean 5 median 4.5 mode 4 deviation 2.0
# expect: quantiles [2.75, 5.5, 8.25]
# expect: normal 0.9750 1.9600
# expect: line 2.0 1.0
# expect: harmonic 48 geometric 8.0
import statistics

data = [2, 4, 4, 4, 5, 5, 7, 9]
print("mean", statistics.mean(data), "median", statistics.median(data), "mode", statistics.mode(data), "deviation", statistics.pstdev(data))
print("quantiles", statistics.quantiles(range(1, 11), n=4))
normal = statistics.NormalDist()
print("normal", f"{normal.cdf(1.96):.4f} {normal.inv_cdf(0.975):.4f}")
line = statistics.linear_regression([0, 1, 2, 3], [1, 3, 5, 7])
print("line", line.slope, line.intercept)
print("harmonic", round(statistics.harmonic_mean([40, 60])), "geometric", round(statistics.geometric_mean([4, 16]), 9))
