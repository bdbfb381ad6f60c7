"""Opens the granted network connections and commands for a run that can open none itself."""

from apprentice.sandbox.broker.broker import Broker

__all__ = ["Broker"]
