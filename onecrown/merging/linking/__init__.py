"""Which records are one case: evidence as keyed digests, a ladder in plain Python, and rows united column by column."""
