"""What `doctor` looks at: one subject a file, each within a time limit, and the table of what mends it."""
