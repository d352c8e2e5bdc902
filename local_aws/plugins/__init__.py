"""What the emulator lacks, each thing in a module of its own that says what it is and what is put in its place."""
