"""What shows that a skill does what was asked: facts from runs, each a rung of a ladder."""
