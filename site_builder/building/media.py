"""The pictures that a site publishes: each made ready once, whatever number of articles shows it.

In: the pictures of all articles. Out: the files of ``media/``, and the cards' covers. The rule it
guards: a picture is named by its content, and what is made of it comes from its recipe alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from site_builder.building.preparing import Recipe, prepare_article, watch
from site_builder.errors import finding
from site_builder.model import Card, Outcome, Picture
from site_builder.pictures import digest_inside
from site_builder.pictures.covers import choose_cover, count_shared
from site_builder.pictures.gallery import Gallery, Places, prepare_picture
from site_builder.report import Progress, Report
from site_builder.steps.write import (
    MANIFEST,
    Written,
    copy_into,
    open_output,
    remove_empty_output,
)
from site_builder.workers import make_map

Pictured = Mapping[str, tuple[Card, Outcome]]
"""The articles that have pictures, by address."""


@dataclass(frozen=True, slots=True)
class MediaFolder:
    """Where a site's pictures are published, and what they are made of."""

    folder: Path
    gallery: Gallery
    places: Places
    recipe: Recipe
    workers: int


def publish_pictures(built: Pictured, media: MediaFolder, progress: Progress) -> list[Written]:
    """Publish all pictures, each with what browsers choose from.

    They are in ``media/``, which has a manifest of its own, so that most builds pass them by.
    Returns what the site's manifest is to say of them: that manifest's digest.
    """
    pictures = {picture.digest: picture for _, outcome in built.values() for picture in outcome.pictures}
    for _ in range(2):  # again, if files are gone that an earlier build had made
        make_renditions(pictures, media, progress)
        present = {
            digest: pictures[digest] for digest in pictures.keys() - media.gallery.list_absent().keys()
        }
        published, lost = copy_pictures(present, media)
        if not lost:
            break
        media.gallery.forget(lost)
    return published


def make_renditions(pictures: dict[str, Picture], media: MediaFolder, progress: Progress) -> None:
    """Make what browsers choose from of every picture that has none yet, on all processors."""
    missing = media.gallery.list_missing(pictures.values())
    progress.start("pictures", len(missing))
    if not missing:
        return
    take_out_again(missing, media)
    from site_builder.pictures.encoder import close_encoder  # starts processes; most builds need none

    with make_map(media.workers if len(missing) > 1 else 1, chunk=1) as run:
        try:
            for made in watch(run(partial(prepare_picture, media.places), missing), progress):
                media.gallery.keep(made)
        finally:
            close_encoder()


def take_out_again(pictures: Iterable[Picture], media: MediaFolder) -> None:
    """Take pictures out of their articles again where the files are lost that had been made of them."""
    for picture in pictures:
        if picture.home == "inside" and not Path(media.places.find(picture)).exists():
            prepare_article(media.recipe, picture.file)  # which does it on the way


def copy_pictures(pictures: dict[str, Picture], media: MediaFolder) -> tuple[list[Written], set[str]]:
    """Copy what is not there yet; return the manifest, and the digests of pictures whose files are gone."""
    gallery = media.gallery
    if manifest := gallery.find_published(media.folder, pictures):
        return [describe_manifest(media, manifest, changed=False)], set()
    if not pictures and not (media.folder / MANIFEST).exists():
        return [], set()
    before = digest_inside(str(media.folder), MANIFEST) if (media.folder / MANIFEST).exists() else ""
    published, lost = [], set()
    with open_output(media.folder) as output:
        files = list(gallery.list_files(pictures, media.places))
        for file in files:
            output.announce(file.path.removeprefix("media/"))
        output.settle()
        for file in files:
            path = file.path.removeprefix("media/")
            try:
                published.append(copy_into(str(media.folder), path, file.source, file.digest, file.size))
            except FileNotFoundError:
                lost.add(file.picture)
        if lost:
            return [], lost
        output.take(published)
        output.finish(sorted(published))
    gallery.forget_all_but(pictures, media.places)
    if not pictures:
        remove_empty_output(media.folder)
        return [], set()
    manifest = digest_inside(str(media.folder), MANIFEST)
    gallery.note_published(media.folder, pictures, manifest)
    return [describe_manifest(media, manifest, changed=manifest != before)], set()  # files may only have gone


def describe_manifest(media: MediaFolder, digest: str, changed: bool) -> Written:
    """Give what the site's manifest says of the pictures: their own manifest."""
    return Written(f"media/{MANIFEST}", digest, changed, (media.folder / MANIFEST).stat().st_size)


def tell_pictures(built: Pictured, gallery: Gallery, report: Report) -> None:
    """Report pictures that could not be used, and count those that are stored."""
    absent, damaged = gallery.list_absent(), gallery.list_damaged()
    for _, outcome in built.values():
        report.pictures_stored += len(outcome.pictures)
        if absent or damaged:
            for picture in outcome.pictures:
                for code, problems in (("picture-absent", absent), ("picture-damaged", damaged)):
                    if problem := problems.get(picture.digest):
                        report.tell([finding(code, outcome.path, f"{picture.file}: {problem}")])


def dress_pictures(built: Pictured, gallery: Gallery) -> dict[str, tuple[Picture, ...]]:
    """Give pictures their renditions, for the articles that have any."""
    return {url: gallery.dress(outcome.pictures) for url, (_, outcome) in built.items()}


def choose_covers(built: Pictured, gallery: Gallery) -> dict[str, str]:
    """Give the covers of cards that had others: a picture that says something of its article alone."""
    shared = count_shared(outcome.pictures for _, outcome in built.values())
    chosen = {
        url: choose_cover(outcome.pictures, gallery.find_cover, shared) for url, (_, outcome) in built.items()
    }
    return {url: cover for url, cover in chosen.items() if cover != built[url][0].cover}
