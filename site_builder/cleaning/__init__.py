"""What cleaning needs to know besides how to walk: publishers' rules."""
