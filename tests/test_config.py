"""Settings: what a person may write, and what they are told when it cannot be used."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.config import SETTINGS, Settings, load_settings, site_of, toml_value
from site_builder.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    return tmp_path


def load(folder: Path, text: str | bytes) -> Settings:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "site.toml").write_bytes(data)
    return load_settings(folder)


def refusal(folder: Path, text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return caught.value


def test_a_site_without_settings_has_every_default(folder: Path) -> None:
    settings = load_settings(folder)
    assert (settings.language, settings.timezone, settings.images) == ("zh-Hans", "Asia/Shanghai", "local")
    assert settings.content == folder / "content"
    assert settings.output == folder / "public"
    assert settings.cache_dir == folder / ".site-builder"
    assert (settings.sources_dir, settings.templates_dir, settings.tags_file) == (None, None, None)
    assert settings.max_bytes == 10 * 1024 * 1024
    assert settings.workers >= 1
    assert not settings.strict


def test_a_plain_folder_of_articles_is_its_own_content(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "sources").mkdir()
    settings = load_settings(tmp_path)
    assert settings.content == tmp_path
    assert settings.output == tmp_path / "public"
    assert settings.sources_dir is None, "a folder of articles may be called sources"


def test_every_setting_can_be_written_and_its_default_is_valid(folder: Path) -> None:
    (folder / "sources").mkdir()
    (folder / "templates").mkdir()
    (folder / "tags.toml").touch()
    (folder / "threads.toml").touch()
    lines = [
        f"{setting.key} = {toml_value(setting.default)}" for setting in sorted(SETTINGS, key=lambda s: s.key)
    ]
    settings = load(folder, "\n".join(lines))
    assert settings.sources_dir == folder / "sources"
    assert settings.tags_file == folder / "tags.toml"


def test_every_field_is_a_setting_but_the_folder_force_and_the_levels() -> None:
    named = {field.name for field in fields(Settings)} - {"folder", "force", "levels", "names_language"}
    assert named == {setting.field for setting in SETTINGS}


def test_an_unknown_key_names_its_line_and_the_nearest_known_key(folder: Path) -> None:
    error = refusal(folder, 'language = "en"\ntitel = "x"\n')
    assert error.where == f"{folder / 'site.toml'}:2:1"
    assert str(error).endswith('unknown key "titel" (did you mean "title"?)')


def test_an_unknown_key_in_a_table_names_its_line(folder: Path) -> None:
    error = refusal(folder, "[limits]\n# a comment\nmax_byte = 3\n")
    assert error.where.endswith("site.toml:3:1")
    assert 'did you mean "limits.max_bytes"?' in str(error)


@pytest.mark.parametrize("table", ["findings", "limits"])
def test_a_setting_below_a_table_is_told_to_stand_above_it(folder: Path, table: str) -> None:
    error = refusal(folder, f'[{table}]\n\nbase_url = "https://example.org/"\n')
    assert error.where.endswith("site.toml:3:1")
    assert str(error).endswith(f"(write it above [{table}]: what stands below belongs to that table)")


def test_a_code_like_no_other_is_answered_with_the_page_that_has_them_all(folder: Path) -> None:
    assert str(refusal(folder, '[findings]\nxyz = "info"\n')).endswith("(docs/findings.md has every code)")


def test_an_unknown_table_is_an_unknown_key(folder: Path) -> None:
    error = refusal(folder, 'title = "x"\n\n[limit]\nmax_bytes = 3\n')
    assert error.where.endswith("site.toml:3:1")
    assert 'unknown key "limit"' in str(error)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("title = 3", "title is a whole number, and must be text"),
        ('title = " "', "title is empty"),
        ('title = "a\\nb"', "title holds a control character"),
        ('description = "a\\u0085b"', "description holds a control character"),
        ('workers = "2"', "workers is text, and must be a whole number"),
        ("workers = true", "workers is true or false, and must be a whole number"),
        ("workers = -1", "workers is -1"),
        ("strict = 1", "strict is a whole number, and must be true or false"),
        ("limits.max_bytes = 0", "limits.max_bytes is 0"),
        ("limits = 0", 'unknown key "limits"'),
        ("contact = {mail = 1}", "contact is a table, and must be text"),
        ("contact = 1.5", "contact is a number with a point, and must be text"),
        ('timezone = "Asia/Shanghay"', 'did you mean "Asia/Shanghai"?'),
        ('timezone = "Asia"', '"Asia" is not a known time zone'),
        ('timezone = "../../etc/passwd"', "is not a known time zone"),
        ('timezone = ""', '"" is not a known time zone'),
        ('language = "Chinese"', '"Chinese" is not a language tag'),
        ('language = "zh_CN"', '"zh_CN" is not a language tag'),
        ('images = "remot"', 'did you mean "remote"?'),
        ('base_url = "example.org"', "is not an http or https address"),
        ('base_url = "ftp://example.org/"', "is not an http or https address"),
        ('base_url = "javascript:alert(1)"', "is not an http or https address"),
        ('base_url = "https://"', "is not an http or https address"),
        ('base_url = "https://example.org:99999/"', "is not an address"),
        ('base_url = "https://[::1/"', "is not an address"),
        ('base_url = "https://example.org/?a=1"', "holds more than a host and a path"),
        ('base_url = "https://me:secret@example.org/"', "holds more than a host and a path"),
        ('base_url = "https://example.org/新闻/"', "holds characters that an address must encode"),
        ('base_url = "https://example.org/\\""', "holds characters that an address must encode"),
        ('content = ""', "content names no folder or file"),
        ('content = "artikel"', "there is no content folder"),
        ('sources = "nowhere"', 'sources names "nowhere", which does not exist'),
        ('tags = "nowhere.toml"', "does not exist"),
        ('tags = "content"', "tags is a folder, not a file"),
        ('sources = "site.toml"', "sources is a file, not a folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_line(folder: Path, line: str, sentence: str) -> None:
    error = refusal(folder, f"# settings\n{line}\n")
    assert sentence in str(error)
    assert error.where == f"{folder / 'site.toml'}:2:1"
    assert error.hint


def test_a_folder_of_rules_that_may_not_be_read_is_no_site_without_rules(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sources").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "sources")
    with pytest.raises(ConfigError, match="sources may not be read"):
        load_settings(folder)


@pytest.mark.parametrize("overrides", [{}, {"output": Path(os.fsdecode(b"a\xff"))}])
def test_a_place_whose_name_is_not_utf8_is_refused(tmp_path: Path, overrides: dict[str, Path]) -> None:
    folder = tmp_path / (os.fsdecode(b"a\xff") if not overrides else "a")
    (folder / "content").mkdir(parents=True)
    with pytest.raises(ConfigError, match="the name is not UTF-8"):
        load_settings(folder, overrides)


@pytest.mark.parametrize(
    "tag", ["zh-Hans", "zh", "en-GB", "zh-Hant-TW", "de-CH-1996", "sl-rozaj-biske", "es-419", "en-x-ours"]
)
def test_language_tags_of_every_shape_are_taken(folder: Path, tag: str) -> None:
    assert load(folder, f'language = "{tag}"').language == tag


def test_the_base_address_gets_its_closing_slash(folder: Path) -> None:
    assert load(folder, 'base_url = "https://example.org/news"').base_url == "https://example.org/news/"
    assert load(folder, 'base_url = "http://localhost:8000/"').base_url == "http://localhost:8000/"


def test_broken_toml_names_line_and_column(folder: Path) -> None:
    error = refusal(folder, 'title = "x"\nlanguage = zh\n')
    assert error.where.endswith("site.toml:2:12")
    assert "not valid TOML" in str(error)


def test_toml_that_ends_too_soon_names_its_last_line(folder: Path) -> None:
    error = refusal(folder, 'title = "x"\nlanguage = ["zh",')
    assert error.where.startswith(f"{folder / 'site.toml'}:2:")


def test_settings_in_another_encoding_are_refused_with_the_line(folder: Path) -> None:
    error = refusal(folder, 'images = "local"\ntitle = "新闻"\n'.encode("gb18030"))
    assert error.where.endswith("site.toml:2:1")
    assert "is not UTF-8" in str(error)


def test_settings_nested_without_end_are_refused(folder: Path) -> None:
    error = refusal(folder, "title = " + "[" * 50_000)
    assert error.message.startswith(("is nested too deeply", "is not valid TOML"))


def test_a_byte_order_mark_and_windows_lines_do_no_harm(folder: Path) -> None:
    assert load(folder, b'\xef\xbb\xbftitle = "x"\r\nimages = "remote"\r\n').images == "remote"


def test_the_command_line_wins_over_the_file(folder: Path) -> None:
    (folder / "site.toml").write_text('output = "a"\nworkers = 3\nstrict = true\n')
    said = load_settings(folder, {"output": folder / "b", "workers": 1, "strict": None})
    assert (said.output, said.workers, said.strict) == (folder / "b", 1, True)


def test_paths_are_absolute_and_do_not_hang_on_the_current_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    settings = load_settings(Path(folder.name))
    assert settings.output == folder / "public"
    assert all(path.is_absolute() for path in (settings.folder, settings.content, settings.cache_dir))


@pytest.mark.parametrize("output", ["content", "content/public", ".", "..", "site.toml"])
def test_an_output_that_mixes_with_the_input_is_refused(folder: Path, output: str) -> None:
    (folder / "site.toml").touch()
    with pytest.raises(ConfigError, match="output"):
        load_settings(folder, {"output": folder / output})


def test_a_cache_within_the_site_is_refused(folder: Path) -> None:
    """It is among what a build removes there, or refuses to build over."""
    with pytest.raises(ConfigError, match=r"site.toml:2:1: the cache lies in the output folder"):
        load(folder, 'title = "x"\ncache = "public/cache"\n')
    with pytest.raises(ConfigError, match="the cache lies in the output folder"):
        load_settings(folder, {"cache_dir": folder / "public"})


def test_an_output_that_leads_back_into_the_content_is_refused(folder: Path) -> None:
    (folder / "public").symlink_to(folder / "content")
    with pytest.raises(ConfigError, match="output"):
        load_settings(folder)


def test_a_site_that_is_not_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="does not exist"):
        load_settings(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="is a file"):
        load_settings(tmp_path / "file")


def test_settings_that_cannot_be_opened_are_refused(folder: Path) -> None:
    (folder / "site.toml").symlink_to(folder / "site.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(folder)


def test_the_pages_know_only_what_shows(folder: Path) -> None:
    site = site_of(
        load(folder, 'title = "档案"\nbase_url = "https://example.org"\ncontact = "a@example.org"')
    )
    assert (site.title, site.base_url, site.contact) == ("档案", "https://example.org/", "a@example.org")
    assert (site.language, site.zone, site.images) == ("zh-Hans", "Asia/Shanghai", "local")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_as_settings_give_settings_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    (folder / "content").mkdir(parents=True, exist_ok=True)
    try:
        load(folder, data)
    except ConfigError as error:
        assert error.message
