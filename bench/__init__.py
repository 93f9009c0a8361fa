"""Floor and product, measured in the same run on the same machine: only their ratio is portable."""
