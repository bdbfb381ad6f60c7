"""The house behind `autonomous_agent.py`: see ARCHITECTURE.md."""
