"""Upkeep of the library: seeds, the user's tools, versions, deletion, tidying, proving again."""
