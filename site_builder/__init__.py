"""site-builder: a folder of saved news articles becomes a static archive that lasts.

``pipeline.build_site`` is the whole program in one function; read it first.
"""

__version__ = "0.1.0"
