"""Two versions of the model compared: what was added, widened, restated, deprecated or broken, and who must act."""
