"""The house behind `autonomous_agent.py`: see ARCHITECTURE.md."""

import logging
import os

# LangChain sends every prompt to a web service when these are set, perhaps for another program: not from here.
os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"

# Threads of the embedded model that spin while they wait take the cores from everything else: many times slower. It is read
# when the library that makes them is loaded, whoever loads it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# What a program that uses the agent doesn't ask for in its own logging configuration stays off its terminal.
logging.getLogger(__name__).addHandler(logging.NullHandler())
