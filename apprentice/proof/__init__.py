"""What shows that code does what was asked for: mutants, rivals, properties, and answers that were only looked up."""
