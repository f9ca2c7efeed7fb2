"""The parts that a build is made of; ``pipeline.build_site`` puts them in a line."""
