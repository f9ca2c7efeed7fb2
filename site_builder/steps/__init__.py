"""The line, one file an arrow: read, clean, tag, index, render, write. No step imports another."""
