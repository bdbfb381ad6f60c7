"""Programs that must work in the sandbox, each with the output that proves that it did."""
