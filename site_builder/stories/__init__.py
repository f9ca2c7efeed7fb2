"""What is found in an article and between articles: names, phrases, stories, reprints, related work."""
