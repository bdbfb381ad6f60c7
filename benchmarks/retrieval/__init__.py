"""Does a request find its skill, and is no wrong one reused? See README.md."""
