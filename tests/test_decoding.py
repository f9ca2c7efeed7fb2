import pytest

from site_builder.errors import ArticleError
from site_builder.formats.decoding import decode_article
from site_builder.steps.read import parse_article

PROSE = (
    "这是一段普通的中文新闻，用来试验编码的识别。记者今天从公司了解到，新产品将在下个月正式发布，价格还没有公布。"
    "公司的负责人说，他们为这个产品准备了两年的时间，希望大家能够喜欢。业内人士认为，这样的做法在市场上并不多见，"
    "但是也有人表示担心：如果质量不好，用户就会失望。"
)
TRADITIONAL = (
    "這是一段普通的中文新聞，用來試驗編碼的識別。記者今天從公司瞭解到，新產品將在下個月正式發表，價格還沒有公布。"
    "公司的負責人說，他們為這個產品準備了兩年的時間，希望大家能夠喜歡。業內人士認為，這樣的做法在市場上並不多見，"
    "但是也有人表示擔心：如果品質不好，使用者就會失望。"
)


def parse(text, path="a.txt"):
    return parse_article(text.encode() if isinstance(text, str) else text, path)


def codes(raw):
    return [found.code for found in raw.findings]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_decides(mark):
    bom = b"\xfe\xff" if mark == "utf-16-be" else b""
    raw = parse(bom + f"---\ntitle: 标题\n---\n<p>{PROSE}".encode(mark))
    assert (raw.front["title"], raw.body) == ("标题", f"<p>{PROSE}")


@pytest.mark.parametrize(("encoding", "prose"), [("gb18030", PROSE), ("big5", TRADITIONAL)])
def test_chinese_encodings_are_detected_and_told(encoding, prose):
    for start in (0, 17, 40):
        raw = parse(prose[start : start + 100].encode(encoding))
        assert raw.encoding == encoding
        assert prose[start : start + 100] in raw.body
        assert codes(raw)[0] == "encoding-guessed"
        assert f"{encoding} (detected)" in raw.findings[0].message


@pytest.mark.parametrize(
    ("encoding", "prose"),
    [
        ("euc_jp", "これは日本語のニュースです。新しい製品が発表されました。価格はまだ分かりません。"),
        ("cp932", "これは日本語のニュースです。新しい製品が発表されました。価格はまだ分かりません。"),
        ("cp949", "이것은 한국어 뉴스입니다. 새로운 제품이 발표되었습니다. 가격은 아직 알려지지 않았습니다."),
    ],
)
def test_other_asian_encodings_are_detected(encoding, prose):
    raw = parse(prose.encode(encoding))
    assert (raw.encoding, prose in raw.body) == (encoding, True)


ALPHABETS = {
    "ru": (
        "Порт открыт\n\nСегодня порт открылся после ремонта. Капитаны довольны.",
        ("koi8-r", "cp1251", "cp866", "iso8859-5", "mac-cyrillic"),
    ),
    "uk": (
        "Сьогодні порт відкрився після ремонту. Капітани задоволені, каже начальник порту. Її їхав їжак.",
        ("koi8-u", "cp1251"),
    ),
    "el": (
        "Το λιμάνι άνοιξε ξανά μετά από τρεις εβδομάδες. Ο καπετάνιος είναι ευχαριστημένος.",
        ("cp1253", "iso8859-7"),
    ),
    "he": ("הנמל נפתח מחדש לאחר שלושה שבועות. הקברניט מרוצה, אמר ראש הנמל.", ("cp1255", "iso8859-8")),
    "ar": ("أعيد فتح الميناء بعد ثلاثة أسابيع. قال القبطان إنه سعيد جدا بذلك.", ("cp1256", "iso8859-6")),
    "th": ("ท่าเรือเปิดอีกครั้งหลังจากสามสัปดาห์ กัปตันมีความสุขมาก", ("cp874", "tis-620")),
    "pl": (
        "Port znów otwarty po trzech tygodniach. Kapitan mówi: „wreszcie żegluga”, łódź źrebię.",
        ("cp1250", "iso8859-2"),
    ),
    "cs": (
        "Přístav je znovu otevřen po třech týdnech. Kapitán je spokojený, říká ředitel. Žluťoučký kůň.",
        ("cp1250", "iso8859-2"),
    ),
    "de": (
        "Der Hafen öffnet nach drei Wochen wieder. „Endlich“, sagt der Kapitän – und lächelt müde. Grüße!",
        ("cp1252", "iso8859-15", "mac-roman", "cp850"),
    ),
    "fr": (
        "Le port a rouvert après trois semaines. « Enfin », dit le capitaine très satisfait. À l’été.",
        ("cp1252", "iso8859-15"),
    ),
    "es": (
        "El puerto reabrió después de tres semanas. ¿Qué pasó? El capitán, señor Núñez, está feliz.",
        ("cp1252", "latin-1"),
    ),
    "tr": (
        "Liman üç hafta sonra yeniden açıldı. Kaptan çok mutlu, dedi İstanbul liman müdürü Şükrü Çağlayan.",
        ("cp1254", "iso8859-9"),
    ),
    "ja": ("港は三週間ぶりに再開した。カモメは喜んだ。船長は「やっと」と言った。", ("iso2022_jp",)),
    "vi": ("Cảng đã mở cửa trở lại sau ba tuần. Thuyền trưởng rất vui.", ("cp1258",)),
}


@pytest.mark.parametrize("language", ALPHABETS)
def test_alphabets_are_detected_in_the_encodings_of_their_time(language):
    prose, encodings = ALPHABETS[language]
    for encoding in encodings:
        for start, end in (("", ""), ("---\ntitle: x\n---\n<p>", "</p><a href='http://a.example/'>b</a>")):
            data = (start + prose + end).encode(encoding, "replace")
            raw = parse(data)
            assert data.decode(encoding).splitlines()[-1].removeprefix("<p>")[:40] in raw.body, encoding
            assert codes(raw)[0] == "encoding-guessed"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_character_are_recognised_without_a_mark(encoding):
    assert parse(f"---\ntitle: Tide\n---\n<p>{PROSE[:9]}".encode(encoding)).front["title"] == "Tide"


def test_damaged_bytes_are_never_taken_for_an_encoding_that_nobody_writes():
    assert codes(parse(b"\x81" * 2_000))[:1] != ["encoding-guessed"]  # in EBCDIC: a, a thousand times


def test_a_declared_encoding_is_used():
    for head in (
        '<meta charset="GBK">',
        "<meta content='text/html; charset=gb2312'>",
        "---\nencoding: gbk\n---\n",
    ):
        raw = parse(head.encode() + "<p>龘靐".encode("gbk"))
        assert raw.encoding == "gb18030"
        assert "龘靐" in raw.body
        assert "declared" in raw.findings[0].message


def test_a_declaration_that_is_wrong_or_hostile_is_not_believed():
    assert parse(f'<meta charset="gbk"><p>{PROSE}').encoding == "utf-8"
    assert parse(b'<meta charset="zlib"><p>' + PROSE.encode("gbk")).encoding == "gb18030"


def test_a_damaged_byte_in_utf8_is_one_replacement_and_not_a_misreading():
    data = f"---\ntitle: x\n---\n<p>{PROSE}</p>".encode()
    for broken in (data[:40] + b"\xff" + data[40:], data + "尾".encode()[:2]):
        raw = parse(broken)
        assert raw.encoding == "utf-8"
        assert raw.body.count("\ufffd") >= 1
        assert codes(raw) == ["encoding-damaged"]
        assert raw.findings[0].line == 4
        assert "希望大家能够喜欢" in raw.body


@pytest.mark.parametrize("text", ["<p>A short note about 徕卡.", "Le café déjà fermé, a-t-on révélé."])
def test_a_short_text_in_utf8_is_recognised_though_damaged(text):
    raw = parse(text.encode() + b"\xff")
    assert raw.encoding == "utf-8"
    assert text.partition("<p>")[2] in raw.body


def test_damage_is_counted_apart_from_old_replacement_characters():
    message = parse(f"\ufffd{PROSE}".encode() + b"\xff").findings[0].message
    assert message.endswith(": 1")


def test_a_damaged_byte_in_gbk_is_told():
    data = PROSE.encode("gb18030")
    raw = parse(data[:60] + b"\xff" + data[60:])
    assert (raw.encoding, codes(raw)[:2]) == ("gb18030", ["encoding-damaged", "encoding-guessed"])


def test_a_replacement_character_that_was_there_before_is_no_damage():
    assert "encoding-damaged" not in codes(parse("text \ufffd"))


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff\n".encode()])
def test_an_empty_file_is_no_article(data):
    with pytest.raises(ArticleError) as caught:
        parse(data)
    assert caught.value.code == "file-empty"


@pytest.mark.parametrize("data", [b"%PDF-1.4 x", b"PK\x03\x04abc", bytes(range(256)) * 9, b"\x89PNG\r\n"])
def test_a_binary_file_is_no_article(data):
    with pytest.raises(ArticleError) as caught:
        parse(data)
    assert caught.value.code == "binary-file"


def test_one_stray_control_character_does_not_make_a_file_binary():
    assert "\x00" in parse(f"<p>{PROSE}\x00").body


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Старый маяк зажгли вчера ночью после одиннадцати лет темноты.", "cp1251"),
        ("옛 등대에 십일 년 만에 불이 켜졌다. 등대지기는 좋은 날이라고 말했다.", "cp949"),
        ("老灯塔昨晚重新点亮。守塔人说，这是好日子，我们都很高兴。", "gb18030"),
    ],
)
def test_a_western_encoding_that_is_declared_by_default_is_not_believed(text: str, encoding: str) -> None:
    for name in ("iso-8859-1", "windows-1252"):
        data = f'<meta charset="{name}"><p>{text}</p>'.encode(encoding)
        assert decode_article(data, "a.html")[:2] == (f'<meta charset="{name}"><p>{text}</p>', encoding)
    for words in ("Það var í gær og þó", "déjà vu — œuvre", "¼ × ½ of it"):
        data = f'<meta charset="iso-8859-1"><p>{words}</p>'.encode("cp1252")
        assert decode_article(data, "a.html")[1] == "cp1252"
