"""Arrivals from the queue are received."""
