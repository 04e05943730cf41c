"""What tests of several folders build with: routines, lengths, an oracle, strategies."""
