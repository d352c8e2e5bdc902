"""How quick and how frugal: records per CPU-second, peak memory, bytes written."""
