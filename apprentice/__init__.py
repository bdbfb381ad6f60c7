"""The house behind `autonomous_agent.py`: see ARCHITECTURE.md."""

import os

# LangChain sends every prompt to a web service when these are set, perhaps for another program: not from here.
os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
