"""For whoever works on an archive at their own recipe: a preview that follows, a site to start from."""
