"""Loaded by the process from which ``serve`` begets its builds: what each of them would load anew.

In: nothing. Out: nothing. The rule it guards: nothing of a site is read here, as it may change between
two builds.
"""

from importlib import import_module

from site_builder.building.preparing import Recipe, warm_up
from site_builder.model import Site
from site_builder.pipeline import build_site
from site_builder.sources import load_sources
from site_builder.steps.render import find_theme, make_environment
from site_builder.steps.tag import load_vocabulary
from site_builder.stories.holdings import make_room
from site_builder.workshop.standby import build_apart

__all__ = ["build_apart", "build_site"]

warm_up(Recipe("", load_sources(), load_vocabulary(None), "UTC", 0))
make_environment(find_theme(Site("", "", "en", "UTC"), None))
make_room(0)
import_module("numpy.ma")  # numpy asks for it when it is first used (20 ms)
