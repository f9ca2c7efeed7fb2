"""What cleaning needs besides its walk.

Publishers' rules, the landmarks of whole pages, how blocks are written, and the fate of each piece.
"""
