"""End with an error whose message has a hundred megabytes, and whose cause, notes and group have as much again.

canary: output
control: through
limits: memory_mb=1024
"""
text = "m" * (100 << 20)
error = ValueError(text)
error.add_note(text)
error.__cause__ = ExceptionGroup(text, [KeyError(text)])
raise error
