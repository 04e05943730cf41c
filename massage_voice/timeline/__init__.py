"""What is heard when."""
