"""What runs inside the confined process, and the scripts beside it.

It has to start quickly and must need nothing of the agent's: it imports the standard library and `plain`, and this file
imports nothing.
"""
