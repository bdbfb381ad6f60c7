"""How many tasks end right, and how many that are wrong are taken for right: a model asked once, twelve times, by the agent
with and without its parts, and by other agents, with the same tokens. `make bench-solve`; `python -m benchmarks solve -h`.
"""
