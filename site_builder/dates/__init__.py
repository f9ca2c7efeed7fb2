"""Dates: read as people and programs write them, in figures or in the words of sixty languages."""
