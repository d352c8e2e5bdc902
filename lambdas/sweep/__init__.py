"""What events did not bring is found."""
