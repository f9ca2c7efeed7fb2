"""The manifests: what they promise, what breaks them, and the site built again from its originals."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from demo_archive import write_demo
from painting import jpeg
from sites import ROOT, SmallSite, read_tree, write_files

from site_builder.checks import check_site
from site_builder.checks.manifest import is_inside, lay_out_site, verify_site
from site_builder.cli import run
from site_builder.commands.verify import _rebuild as rebuild
from site_builder.errors import OutputError

MANIFEST, SEAL = "manifest-sha256.txt", "manifest.json"
RULES = """name = "灯塔报"
slug = "lighthouse"
authors = ["灯塔报"]

[[rules]]
action = "drop"
classes = ["notice"]
reason = "声明，不是正文"
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> SmallSite:
    """Build the seeds with rules, names and a template of the site's own."""
    site = SmallSite(tmp_path_factory.mktemp("original"))
    shutil.copytree(ROOT / "content", site.content)
    shutil.copy(ROOT / "tags.toml", site.folder)
    site.write(
        {
            "深/灯塔.md": "---\ntitle: 灯塔\ndate: 2022-07-20\nauthor: 灯塔报\n---\n"
            '<p>塔灯昨夜重新点亮，光照二十海里。</p><p class="notice">转载请注明。</p>',
            "twin.md": (
                ROOT / "content" / sorted(path.name for path in (ROOT / "content").iterdir())[0]
            ).read_bytes(),
            "empty.md": b"",
        }
    )
    theme = (ROOT / "templates" / "about.html").read_text("utf-8")
    write_files(
        site.folder,
        {
            "sources/lighthouse.toml": RULES,
            "templates/about.html": theme.replace("{% block main %}", "{% block main %}<p>本馆</p>"),
        },
    )
    site.configure(title='引"号" \\ 与 {{ 7*7 }}', base_url="https://archive.example/", timezone="Asia/Tokyo")
    site.build()
    return site


@pytest.fixture
def public(original: SmallSite, tmp_path: Path) -> Path:
    """Give a copy to break."""
    return Path(shutil.copytree(original.out, tmp_path / "public"))


def codes(public: Path) -> dict[str, str]:
    return {found.path: found.code for found in verify_site(public)}


def test_a_site_as_built_is_proved_by_us_and_by_sha256sum(original: SmallSite) -> None:
    assert verify_site(original.out) == []
    command = ["sha256sum", "--check", "--strict", "--quiet", MANIFEST]
    assert subprocess.run(command, cwd=original.out, check=False).returncode == 0


def test_the_json_manifest_has_every_file_with_its_size_type_and_digest(original: SmallSite) -> None:
    seal = json.loads((original.out / SEAL).read_bytes())
    files = {path: data for path, data in read_tree(original.out).items() if path not in {MANIFEST, SEAL}}
    assert {file["path"]: (file["bytes"], file["sha256"]) for file in seal["files"]} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()
    }
    types = {file["path"].rpartition(".")[2]: file["type"] for file in seal["files"]}
    assert types["html"] == "text/html"
    assert types["txt"] == "text/plain"
    assert "application/octet-stream" not in types.values()


def test_each_article_has_its_chain_from_the_original_to_the_page(original: SmallSite) -> None:
    seal = json.loads((original.out / SEAL).read_bytes())
    assert len(seal["articles"]) == 6
    for chain in seal["articles"]:
        given = (original.content / chain["file"]).read_bytes()
        assert (original.out / chain["original"]).read_bytes() == given
        assert chain["sha256"]["original"] == hashlib.sha256(given).hexdigest()
        assert (
            chain["sha256"]["page"] == hashlib.sha256((original.out / chain["page"]).read_bytes()).hexdigest()
        )
        assert len(chain["sha256"]["body"]) == 64
        assert chain["sha256"]["original"].encode() in (original.out / chain["page"]).read_bytes()


def test_any_flipped_byte_anywhere_is_found(public: Path) -> None:
    random = Random(8)
    for path in sorted(read_tree(public)):
        data = (public / path).read_bytes()
        if not data:
            continue
        at = random.randrange(len(data))
        flipped = data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]
        (public / path).write_bytes(flipped)
        found = [told for told in verify_site(public) if told.level == "error"]
        assert found, f"{path}, byte {at}"
        if path not in {MANIFEST, SEAL}:
            assert ("file-changed", path) in {(told.code, told.path) for told in found}
        (public / path).write_bytes(data)


def test_a_file_that_cannot_be_read_is_told_as_such(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.checks.manifest.digest_of", lambda public, path: "")
    message = next(told.message for told in verify_site(public) if told.path == "about.html")
    assert message.startswith("it cannot be read; its SHA-256 was ")


def test_a_longer_a_shorter_and_an_emptied_file_are_found(public: Path) -> None:
    for damaged in (b"+", None):
        path = public / "about.html"
        data = path.read_bytes()
        path.write_bytes(b"" if damaged is None else data + damaged)
        assert codes(public)["about.html"] == "file-changed"
        path.write_bytes(data)


def test_a_missing_and_an_added_file_are_found(public: Path) -> None:
    (public / "about.html").unlink()
    (public / "archive" / "more.txt").write_text("mine")
    assert codes(public) == {"about.html": "file-missing", "archive/more.txt": "file-added"}


def test_a_file_added_is_a_warning_and_fails_only_under_strict(public: Path) -> None:
    (public / "CNAME").write_text("archive.example\n")
    assert run(["verify", str(public)]) == 0
    assert run(["verify", str(public), "--strict"]) == 1


BROKEN: dict[str, Callable[[Path], object]] = {
    "a line that names no file": lambda public: (public / MANIFEST).write_text("so much nonsense\n"),
    "a line out of the folder": lambda public: (public / MANIFEST).write_text(f"{'0' * 64}  ../x\n"),
    "a line twice": lambda public: (public / MANIFEST).write_text((public / MANIFEST).read_text() * 2),
    "a seal that is no JSON": lambda public: (public / SEAL).write_text("{"),
    "a seal of another form": lambda public: (public / SEAL).write_text(
        '{"format": "x/9", "articles": [], "files": []}'
    ),
    "a seal without articles": lambda public: (public / SEAL).write_text(
        '{"format": "site-builder-manifest/1"}'
    ),
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_manifest_that_was_tampered_with_is_found(public: Path, damage: Callable[[Path], object]) -> None:
    damage(public)
    assert {"seal-broken"} & {found.code for found in verify_site(public)}


def test_manifests_that_were_both_rewritten_for_one_file_still_disagree_with_the_chain(public: Path) -> None:
    """Who changes a page and one of the manifests is found out by the other one."""
    page = json.loads((public / SEAL).read_bytes())["articles"][0]["page"]
    old = hashlib.sha256((public / page).read_bytes()).hexdigest()
    (public / page).write_bytes((public / page).read_bytes().replace(b"</main>", b"!</main>"))
    new = hashlib.sha256((public / page).read_bytes()).hexdigest()
    (public / MANIFEST).write_text((public / MANIFEST).read_text().replace(old, new))
    assert {found.code for found in verify_site(public)} == {"seal-broken", "file-changed"}


def test_a_folder_that_is_none_and_a_site_without_a_manifest_are_no_green_light(
    public: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="no built site"):
        verify_site(tmp_path / "nowhere")
    (public / MANIFEST).unlink()
    assert codes(public) == {MANIFEST: "seal-missing"}
    assert run(["verify", str(public)]) == 1
    assert run(["verify", str(tmp_path / "nowhere")]) == 2


def test_verifying_changes_nothing_and_needs_nothing_but_the_folder(
    original: SmallSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Path(shutil.copytree(original.out, tmp_path / "alone" / "copy"))
    monkeypatch.chdir(alone.parent)
    before = read_tree(tmp_path)
    assert run(["verify", "copy", "--rebuild", "--trust"]) == 0
    assert read_tree(tmp_path) == before


def test_building_again_from_the_originals_gives_the_same_site(
    original: SmallSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out_site(original.out, tmp_path)
    again = SmallSite(tmp_path)
    again.build()
    assert read_tree(again.out) == {**read_tree(original.out)}
    assert run(["verify", str(original.out), "--rebuild", "--trust", "--strict"]) == 0
    assert "built again from the originals and compared" in capsys.readouterr().out


def test_a_page_that_does_not_follow_from_its_original_is_found_though_every_digest_was_forged(
    public: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = json.loads((public / SEAL).read_bytes())["articles"][0]["page"]
    for old, new in ((b"<p>", "<p>伪".encode()),):
        before = (public / page).read_bytes()
        after = before.replace(old, new, 1)
        (public / page).write_bytes(after)
        one, two = hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest()
        seal = (public / SEAL).read_text("utf-8").replace(one, two)
        seal = seal.replace(
            f'"bytes": {len(before)}, "type": "text/html", "sha256": "{two}"',
            f'"bytes": {len(after)}, "type": "text/html", "sha256": "{two}"',
        )
        sealed = hashlib.sha256((public / SEAL).read_bytes()).hexdigest()
        (public / SEAL).write_text(seal, "utf-8")
        text = (public / MANIFEST).read_text().replace(one, two)
        (public / MANIFEST).write_text(text.replace(sealed, hashlib.sha256(seal.encode()).hexdigest()))
    assert run(["verify", str(public)]) == 0, "the forger was careful"
    assert run(["verify", str(public), "--rebuild", "--trust"]) == 1
    assert f"{page}:1:1: error rebuild-differs" in capsys.readouterr().out


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Build one article, with nothing of the site's own."""
    site = SmallSite(tmp_path / "small")
    site.write({"a.md": "---\ntitle: a\ndate: 2022-07-21\n---\n<p>b</p>"})
    site.build()
    return site.out


@pytest.mark.parametrize(
    "seal",
    [
        "[" * 100_000,
        '{"format": "site-builder-manifest/1", "articles": 5, "files": 5}',
        '{"format": "site-builder-manifest/1", "articles": [{"pictures": 5}], "files": []}',
        '{"format": "site-builder-manifest/1", "articles": [[]], "files": []}',
        '{"format": "site-builder-manifest/1", "articles": [{"page": {}, "original": "a", "file": "b",'
        ' "sha256": {"original": "", "body": "", "page": ""}}], "files": []}',
        '{"format": "site-builder-manifest/1", "articles": [],'
        ' "files": [{"path": ["a"], "bytes": 1, "type": "", "sha256": ""}]}',
    ],
)
def test_a_manifest_of_another_shape_is_a_finding(seal: str, small: Path) -> None:
    (small / SEAL).write_text(seal)
    assert "seal-broken" in {found.code for found in verify_site(small)}


def test_a_pipe_that_a_manifest_names_is_not_waited_for(small: Path) -> None:
    os.mkfifo(small / "pipe.html")
    with (small / MANIFEST).open("a") as manifest:
        manifest.write(f"{'0' * 64}  pipe.html\n")
    for look in (verify_site, check_site):
        assert {("file-link", "pipe.html"), ("file-missing", "pipe.html")} <= {
            (found.code, found.path) for found in look(small)
        }


@pytest.fixture(scope="module")
def illustrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an archive with pictures that were fetched, gone ones, and one that lies beside its article."""
    site = SmallSite(write_demo(tmp_path_factory.mktemp("illustrated")))
    site.write(
        {"深/beside.md": "---\ntitle: 旁图\ndate: 2022-07-21\n---\n<p>正文。</p><p><img src='图 1.jpg'></p>"}
    )
    (site.content / "深" / "图 1.jpg").write_bytes(jpeg(77, (700, 460)))
    site.build()
    return site.out


def test_pages_that_show_pictures_and_all_that_was_made_of_them_are_built_again_and_compared(
    illustrated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sum(path.is_file() for path in illustrated.rglob("*"))
    assert run(["verify", str(illustrated), "--rebuild", "--trust", "--strict"]) == 0
    told = capsys.readouterr().out
    assert f"{files - 3} built again from the originals and compared:" in told  # all but the three manifests


def test_a_picture_that_somebody_painted_over_is_found_though_every_digest_was_forged(
    illustrated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = Path(shutil.copytree(illustrated, tmp_path / "public"))
    page = sorted((public / "media").glob("??/*-648.jpg"))[0]
    forge(public, page.relative_to(public / "media").as_posix(), jpeg(5, (648, 432)), "media/")
    assert run(["verify", str(public)]) == 0, "the forger was careful"
    assert run(["verify", str(public), "--rebuild", "--trust"]) == 1
    assert f"{page.relative_to(public).as_posix()}:1:1: error rebuild-differs" in capsys.readouterr().out
    seal = (public / SEAL).read_bytes()
    forge(public, SEAL, seal.replace(b'"encoder": "r', b'"encoder": "other r'))
    assert run(["verify", str(public), "--rebuild"]) == 0, "nobody can tell with other encoders"
    assert "files made of pictures by other encoders passed over" in capsys.readouterr().out


def forge(public: Path, path: str, data: bytes, folder: str = "") -> None:
    """Change a file and every manifest above it."""
    while True:
        old = (public / folder / path).read_bytes()
        (public / folder / path).write_bytes(data)
        if (folder, path) == ("", MANIFEST):
            return
        one, two = hashlib.sha256(old).hexdigest(), hashlib.sha256(data).hexdigest()
        if folder == "" and path != SEAL:
            seal = (public / SEAL).read_text("utf-8").replace(one, two)
            line = f'"path": "{path}", "bytes": '
            seal = seal.replace(f"{line}{len(old)},", f"{line}{len(data)},")
            forge(public, SEAL, seal.encode())
        manifest = (public / folder / MANIFEST).read_bytes().replace(one.encode(), two.encode())
        folder, path, data = ("", f"{folder}{MANIFEST}", manifest)


@pytest.mark.parametrize("picture", [{"kept": "../../x"}, {"file": "../../x"}, {"file": ".."}])
def test_no_picture_leads_a_rebuild_out_of_its_folder(
    illustrated: Path, tmp_path: Path, picture: dict[str, str]
) -> None:
    public = Path(shutil.copytree(illustrated, tmp_path / "deep" / "public"))
    seal = json.loads((public / SEAL).read_bytes())
    chain = next(chain for chain in seal["articles"] if chain.get("pictures"))
    chain["pictures"][0].update(picture)
    (public / SEAL).write_text(json.dumps(seal))
    with pytest.raises(OutputError, match="outside"):
        lay_out_site(public, tmp_path / "deep" / "folder")


def test_what_a_site_brings_to_be_run_is_not_run_unless_it_is_trusted(
    public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = tmp_path / "proof"
    template = public / "archive" / "templates" / "about.html.txt"
    template.write_text(f"{{{{ lipsum.__globals__['os'].mkdir({str(proof)!r}) }}}}")
    with pytest.raises(OutputError, match=r"archive/templates/about\.html\.txt"):
        rebuild(public, trust=False)
    assert not proof.exists()
    rebuild(public, trust=True)
    assert proof.exists(), "a template is a program"
    shutil.rmtree(public / "archive" / "templates")
    (public / "archive" / "sources" / "x.py").write_text("def tidy(soup): pass")
    with pytest.raises(OutputError, match=r"archive/sources/x\.py"):
        rebuild(public, trust=False)


@pytest.mark.parametrize("key", ["pattern", '"p\\u0061ttern"'])
def test_an_expression_that_never_ends_is_not_tried_on_a_strangers_site(
    key: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However its key is written; rules that only name classes are data."""
    rule = '[[rules]]\naction = "drop"\nreason = "advertisement"\n'
    rules = small / "archive" / "sources" / "stranger.toml"
    rules.parent.mkdir(exist_ok=True)
    rules.write_text(f'name = "甲报"\nslug = "jia"\n{rule}{key} = "(b+)+$"\n', "utf-8")
    with pytest.raises(OutputError, match=r"archive/sources/stranger\.toml"):
        rebuild(small, trust=False)
    rules.write_text(f'name = "甲报"\nslug = "jia"\n{rule}classes = ["promo"]\n', "utf-8")
    rebuild(small, trust=False)


@pytest.mark.parametrize("key", ["output", "cache"])
def test_settings_cannot_lead_a_rebuild_elsewhere(key: str, small: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    settings = small / "archive" / "site.toml"
    settings.write_text(f"{key} = {json.dumps(str(elsewhere))}\n{settings.read_text('utf-8')}", "utf-8")
    rebuild(small, trust=False)
    assert not any(elsewhere.iterdir())


def test_a_seal_cannot_make_a_rebuild_write_elsewhere(public: Path, tmp_path: Path) -> None:
    seal = json.loads((public / SEAL).read_bytes())
    seal["articles"][0]["file"] = "../../victim.md"
    (public / SEAL).write_text(json.dumps(seal))
    with pytest.raises(OutputError, match="outside"):
        lay_out_site(public, tmp_path / "deep" / "folder")
    assert not (tmp_path / "victim.md").exists()


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../../b", "a\0b"])
def test_paths_that_leave_the_folder_are_not_inside(path: str) -> None:
    assert not is_inside(path)
