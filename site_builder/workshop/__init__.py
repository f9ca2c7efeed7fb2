"""For whoever works on an archive at their own desk: a preview that follows, a site to start from."""
