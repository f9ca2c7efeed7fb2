"""What a site consists of; each module turns an ``Archive`` into a list of pages."""
