"""Bytes to text: find out in which encoding a saved article was written.

In: a file's bytes. Out: its text, the encoding and what to tell about it. The rule it guards:
**no byte is lost silently**; a byte that fits nothing becomes U+FFFD and a finding. UTF-8 is
tried first and recognised even when damaged, since misreading it as GBK spoils every character.
"""

from __future__ import annotations

import codecs
import re

from site_builder.errors import ArticleError, Finding, finding

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    *(b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"\x1f\x8b\x08"),
    *(b"\x7fELF", b"SQLite format 3", b"7z\xbc\xaf", b"Rar!\x1a", b"OggS", b"\x00asm", b"bplist"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")
_DECLARED = re.compile(
    rb"(?:charset|^encoding)\s{0,9}[=:]\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,30})",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 2048

_NAMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "x-gbk", "gb_2312-80", "euc-cn"), ("gb18030",)),
    **dict.fromkeys(("big5", "big-5", "cp950", "x-x-big5", "big5-hkscs"), ("big5", "cp950", "big5hkscs")),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), ("euc_jp",)),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "cp932", "windows-31j", "x-sjis"), ("cp932",)),
    "iso-2022-jp": ("iso2022_jp",),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "cp949"), ("cp949",)),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "cp1252"), ("cp1252", "latin-1")),
    **{f"windows-125{n}": (f"cp125{n}",) for n in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"iso-8859-{n}": (f"iso8859_{n}",) for n in (2, 5, 7, 9, 15)},
    **{name: (name.replace("-", "_"),) for name in ("koi8-r", "koi8-u")},
}
"""Names that a file may declare -> codecs to try, the strictest first; a name that is not here
(``zlib``, ``idna``, ``unicode_escape``) is never looked up."""

_HAN = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老"
    "从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力"
    "机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代"
    "這來國個說們為時會著過學對裡後麼還發當無開經頭動兩長樣現將與進實點種聲話兒問機給幾業間門東聽氣關"
)
_MARKS = "，。、：；？！“”「」（）《》"
_KANA = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30FD))))
_HANGUL = (
    "이다는의을에가하고한은지로를도기사리어자인대서시정해부일나으수그장들아스라있니보면것전원성제구주상과"
)
_USUAL: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (_NAMES["gbk"], frozenset(_HAN + _MARKS)),
    (_NAMES["big5"], frozenset(_HAN + _MARKS)),
    (_NAMES["euc-jp"], frozenset(_KANA + _MARKS)),
    (_NAMES["shift_jis"], frozenset(_KANA + _MARKS)),
    (_NAMES["euc-kr"], frozenset(_HANGUL)),
)
"""Characters that make up much of any text in a language: the right codec shows many of them."""

_SURE = 0.2
"""Share of usual characters. On news texts of 100 characters the right codec has 0.3 to 0.7,
the wrong one below 0.1."""

_SAMPLE = 200_000
_ALPHABET_SAMPLE = 20_000
_LATIN = ("cp125", "iso8859", "mac", "cp85")
_WEST = frozenset("áàâäãåæçéèêëíìîïñóòôöõøœßúùûüÿÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ„“”‚‘’«»–—…¿¡°§·€£ªº\xa0")
"""Letters and marks of western Europe: a text that holds no other, read as Windows-1252, is in it."""
_TAG = re.compile(rb"<[^>]{0,2000}>|---")
_WESTERN = ("cp1252", "latin-1")
_EASTERN = frozenset(
    codecs.lookup(name).name
    for name in "gb18030 big5 cp950 big5hkscs euc_jp cp932 cp949 cp1251 koi8-r koi8-u cp866 iso8859-5 cp1253"
    " cp1255 cp1256 iso8859-6 iso8859-7 iso8859-8 cp874 tis-620".split()
)
_FOUND = re.compile(
    r"(?:cp125\d|iso8859[-_]\d{1,2}|koi8[-_][rut]|mac[-_](?:roman|cyrillic|greek|turkish|latin2|iceland)|big5.*|gb.*"
    r"|cp(?:437|737|775|850|852|855|857|858|862|864|866|874|932|949|950)|tis[-_]620|euc[-_].*|shift_jis.*|johab)"
)
"""What people wrote texts in; damaged bytes look like EBCDIC, which nobody published news in."""


_POSTED = re.compile(r"ascii|utf-(?:7|8|8-sig|16|16-le|16-be|32)|iso2022_(?:jp|kr).*|hz")
"""What letters are written in besides; ``punycode`` and ``idna`` take quadratic time."""


def find_codec(name: str) -> str:
    """Give Python's name of a text's encoding; ``""`` where a name means none that texts are written in.

    >>> find_codec("UTF8"), find_codec("x-gbk"), find_codec("zlib"), find_codec("punycode")
    ('utf-8', 'gb18030', '', '')
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):  # of a name that holds NUL
        codec = next(iter(_NAMES.get(name.lower(), ())), "")
    return codec if _FOUND.fullmatch(codec) or _POSTED.fullmatch(codec) else ""


def decode_article(data: bytes, path: str) -> tuple[str, str, list[Finding]]:
    """Decode a file: (text, encoding as Python names it, findings).

    A byte-order mark decides, then UTF-8 even with a few damaged bytes, then what the file
    declares, then what its characters look like.

    Raises:
        ArticleError: the file is empty (``file-empty``) or no text (``binary-file``).
    """
    if not data.strip():
        raise ArticleError("file-empty", "the file is empty", path)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, path, "")
    if encoding := _unmarked(data):
        return _decoded(data, encoding, path, "detected")
    if _is_binary(data):
        raise ArticleError("binary-file", "the file is not text", path)
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        return _decoded(data, *_choose(data, path))


def _unmarked(data: bytes) -> str:
    """Tell encodings that look like other things: UTF-16 without a mark, and ISO-2022-JP."""
    if data.count(b"\x1b$", 0, _SAMPLE) and _fits(data, "iso2022_jp"):
        return "iso2022_jp"
    sample = data[:_HEAD]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    for encoding, empty, full in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if empty * 10 > len(sample) and full * 10 <= empty and _fits(data, encoding):
            return encoding
    return ""


def _is_binary(data: bytes) -> bool:
    """Tell by a known signature, or by more than one control character in a hundred."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return data.startswith(_MAGIC) or controls * 100 > len(sample) + 200


def _choose(data: bytes, path: str) -> tuple[str, str, str]:
    """Choose the encoding of bytes that are not UTF-8: (encoding, path, how it was found)."""
    if _is_damaged_utf8(data):
        return "utf-8", path, ""
    for encoding in _declared(data):
        if _fits(data, encoding) and not (encoding in _WESTERN and _is_eastern(data)):
            other = _better(data, encoding)
            return other or encoding, path, "detected" if other else "declared"
    if encoding := _detect(_undeclared(data)):
        return encoding, path, "detected"
    return "utf-8", path, ""


def _is_eastern(data: bytes) -> bool:
    """Tell that a declared western encoding is but a default, and the text in another alphabet."""
    text = _TAG.sub(b"", data[:_SAMPLE])
    plain = sum(text.lower().count(letter) for letter in b"abcdefghijklmnopqrstuvwxyz")
    if sum(text.count(byte) for byte in range(128, 256)) < plain or _score(text, ("cp1252",), _WEST) == 1:
        return False
    return codecs.lookup(_detect(_undeclared(data)) or "cp1252").name in _EASTERN


def _better(data: bytes, declared: str) -> str:
    """Give the encoding that shows a text where the declared one shows rubbish: nearly all fits GBK."""
    sample = data[:_SAMPLE]
    usual = next((usual for codecs, usual in _USUAL if declared in codecs), None)
    if usual is None or _score(sample, (declared,), usual) >= _SURE:
        return ""
    scores = [(_score(sample, codecs, usual), codecs) for codecs, usual in _USUAL if declared not in codecs]
    score, codecs = max(scores, key=lambda item: item[0])
    return next((codec for codec in codecs if _fits(data, codec)), "") if score >= 2 * _SURE else ""


def _undeclared(data: bytes) -> bytes:
    """Leave out what is declared, which chardet would believe."""
    return _DECLARED.sub(b"", data[:_HEAD]) + data[_HEAD:]


def _decoded(data: bytes, encoding: str, path: str, how: str) -> tuple[str, str, list[Finding]]:
    text = data.decode(encoding, "replace")
    found = []
    if how or encoding != "utf-8":
        how = how or "marked"
        found.append(finding("encoding-guessed", path, f"read as {encoding} ({how})"))
    damaged = text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0)
    if damaged > 0 and not _fits(data, encoding):
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        message = f"bytes that fit no {encoding}, shown as U+FFFD: {damaged}"
        found.append(finding("encoding-damaged", path, message, line=line))
    return text, encoding, found


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(data: bytes) -> bool:
    """Tell UTF-8 with some bad bytes from another encoding.

    Sequences that fit UTF-8 by chance are few: on news texts in GBK or Big5 there were at most 6
    for 10 bad places, and of those of three bytes 3.
    """
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    wide = sum(character >= "\u0800" for character in text) - bad
    narrow = sum("\x80" <= character < "\u0800" for character in text)
    return wide >= bad or wide + narrow >= 3 * bad


def _declared(data: bytes) -> tuple[str, ...]:
    match = _DECLARED.search(data[:_HEAD])
    return _NAMES.get(match[1].decode("ascii").lower(), ()) if match else ()


def _detect(data: bytes) -> str:
    """Find the encoding by the characters it gives; ``""`` when there is none to trust."""
    sample = data[:_SAMPLE]
    scores = [(_score(sample, codecs, usual), codecs) for codecs, usual in _USUAL]
    score, codecs = max(scores, key=lambda item: item[0])
    if score >= _SURE:
        return next((codec for codec in codecs if _fits(data, codec)), codecs[0])
    return _detect_alphabet(sample)


def _detect_alphabet(sample: bytes) -> str:
    """Ask chardet; where it takes one Latin alphabet for another, the letters of the west decide."""
    import chardet

    found = chardet.detect(sample[:_ALPHABET_SAMPLE])["encoding"]
    encoding = codecs.lookup(found).name if found else ""
    if not _FOUND.fullmatch(encoding):
        return ""
    if encoding.startswith(_LATIN) and _score(sample, ("cp1252",), _WEST) == 1:
        return "cp1252"
    return encoding if _fits(sample, encoding) else ""


def _score(sample: bytes, codecs: tuple[str, ...], usual: frozenset[str]) -> float:
    """Give the share of usual characters among those that are not ASCII; bad ones count against."""
    encoding = next((codec for codec in codecs if _fits(sample, codec)), codecs[0])
    text = [character for character in sample.decode(encoding, "replace") if character > "\x7f"]
    if not text:
        return 0.0
    bad = text.count("\ufffd")
    return (sum(character in usual for character in text) - 4 * bad) / len(text)
