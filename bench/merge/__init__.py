"""What a merge costs, against the least that any merge must do and against what a user would pick instead."""
