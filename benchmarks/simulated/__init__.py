"""A simulated coder: a local server that speaks the Ollama protocol and answers from known solutions. It is no model.

It makes the loop around a model measurable: how much of what a coder of a known competence offers ends as a right skill, and
how much that is wrong is taken for right. Its figures say nothing about what a real model can do, and every table made with
it says that it is a simulation.

    with SimulatedServer(tasks, Competence(p=0.3, q=0.7, r=0.5)) as server:
        Agent(model=f"ollama:{MODEL}", ollama_host=server.host).run(tasks[0].prompt)
"""

from benchmarks.simulated.competence import Competence, SimulatedTask
from benchmarks.simulated.server import MODEL, SimulatedServer

__all__ = ["MODEL", "Competence", "SimulatedServer", "SimulatedTask"]
