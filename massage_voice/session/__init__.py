"""What happens live."""
