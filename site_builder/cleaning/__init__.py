"""What cleaning needs: the walk over a body, and all that it asks.

The policy for each tag, publishers' rules, the landmarks of whole pages, how blocks are written, and the
fate of each piece.
"""
