"""The state machine: plan → write → (approve) → test → analyze, at most `max_iterations` times a skill."""
