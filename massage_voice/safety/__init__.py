"""What must be said, and the one function that makes it so."""
