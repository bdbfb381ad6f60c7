"""Other agents on the same model, the same goals and the same budget: smolagents' CodeAgent, and LangGraph's code assistant.

Each lives in a virtual environment of its own. `benchmarks.peers.run.run_peer` runs one; what a peer's environment
executes (`smolagents_runner`, `langgraph_runner`, and what these import) needs the standard library and the peer only.
"""
