"""What a saved file may be made of: encodings, front matter, HTML documents, Markdown, plain text.

Each module knows one format and is pure; ``steps/read`` puts them together.
"""
