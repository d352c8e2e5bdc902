"""Open cases to come: naive forecasts, a projection of stock and flow, and how wrong both have been. Arithmetic only."""
