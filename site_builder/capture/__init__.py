"""Fetching the pictures that articles name: a command's work, and the only code that uses a network.

Nothing that ``build`` imports may import this room; a contract of import-linter holds it to that.
"""
