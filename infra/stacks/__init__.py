"""The stacks, one file each: those that hold data, and those that can be deleted and built again."""
