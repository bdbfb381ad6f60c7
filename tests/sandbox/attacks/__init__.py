"""Programs that try to get out of the sandbox, and the canaries that tell on the host's side whether one did.

Each program is a file of its own, in a folder for its kind. `python -m tests.sandbox.attacks` runs them all.
"""
