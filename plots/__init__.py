"""Charts and a summary of one waitbench run, drawn from its results.json alone."""
