"""What is counted and how often: unit rows from the life of cases, and the values of measures from unit rows."""
