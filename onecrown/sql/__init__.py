"""What every room that speaks SQL shares: connections, quoting, keys, times."""
