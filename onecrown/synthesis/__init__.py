"""Invented case histories as source files in the real formats, with the truth beside them."""
