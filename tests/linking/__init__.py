"""Which records are one case: one short test for each rung, relation and hazard."""
