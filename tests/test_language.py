import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.language.detect import detect_language

TEXTS = [
    ("今天上午，小米公司宣布与徕卡达成合作，首款手机将于七月发布。", "zh-Hans"),
    ("今天上午，小米公司宣布與徠卡達成合作，首款手機將於七月發表。", "zh-Hant"),
    ("記者在台北報導：行政院長說，這項計畫明年開始。", "zh-Hant"),
    ("皇后乐队的里程碑式专辑今天在云南开卖。", "zh-Hans"),
    ("The committee said on Monday that it was looking at the plan.", "en"),
    ("Die Regierung hat am Montag einen Plan vorgelegt, der nicht von allen begrüßt wird.", "de"),
    ("Le gouvernement a présenté un plan qui est contesté par une partie de la population.", "fr"),
    ("El gobierno presentó un plan que los sindicatos de la región no aceptan por su coste.", "es"),
    ("昨日、東京で行われた会見で、新しいカメラが発表された。", "ja"),
    ("어제 서울에서 열린 기자회견에서 새로운 카메라가 공개되었다.", "ko"),
    ("Вчера на пресс-конференции в Москве был представлен новый объектив, который был ожидаем.", "ru"),
    ("Вчора на пресконференції в Києві було представлено новий об'єктив.", "uk"),
    ("أعلنت الشركة اليوم عن كاميرا جديدة", "ar"),
    (
        "小米12S Ultra（Xiaomi 12S Ultra, powered by Snapdragon 8+ Gen 1）今天在北京发布，售价5999元起。",
        "zh-Hans",
    ),
    ("Linus Torvalds 在邮件列表宣布释出 Linux Kernel 5.10，这是一个长期支持版本。", "zh-Hans"),
    ("The reporters said that the word 徕卡 is the name of a company in Germany.", "en"),
    (
        "Eduskunta hyväksyi keskiviikkona asumistuen leikkaamisesta tehdyn esityksen. Leikkaus koskee"
        " tuhansia kotitalouksia ja säästää menoja. Kiivaassa keskustelussa vaadittiin päätöksen"
        " perumista, ja"
        " Töölössä asuvat opiskelijat järjestivät torstaina mielenosoituksen rautatieaseman edessä.",
        "fi",
    ),
    ("Lorem ipsum dolor sit amet consectetur", "und"),
    ("一二三四五六七八九十", "zh"),
    ("", ""),
    ("Leica", ""),
    ("12345 67890 !!!", ""),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_a_language_is_told_from_its_characters_and_commonest_words(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(st.text(max_size=200))
def test_any_text_has_a_tag_or_none(text: str) -> None:
    assert detect_language(text) in {
        *("", "und", "zh", "zh-Hans", "zh-Hant", "en", "de", "fr", "es", "it", "pt", "nl"),
        *("ja", "ko", "ru", "uk", "ar", "fa", "el", "he", "th", "hi", "bo", "ka", "am", "km", "mn", "hy"),
        *("bn", "pa", "gu", "or", "ta", "te", "kn", "ml", "si", "lo", "my", "kk", "tt", "tg", "be", "ky"),
        *("sr", "bg", "ps", "ckb", "ug", "ur", "mr", "ne", "tr", "vi", "pl", "cs", "sv", "da", "nb", "fi"),
        *("hu", "ro", "id", "az"),
    }


@given(st.text(max_size=50))
def test_only_the_beginning_counts(text: str) -> None:
    assert detect_language("The name of the rose is that of the book. " * 100 + text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Хуучин гэрэлт цамхаг арван нэгэн жилийн дараа өчигдөр шөнө дахин аслаа.", "mn"),
        ("Ескі шамшырақ он бір жылдан кейін кеше түнде қайта жанды, бұл ғажап.  Ғалым ұлы ғой.", "kk"),
        ("Стари светионик је синоћ поново упаљен. Чувар је рекао да је то леп дан и да ће га чувати.", "sr"),
        ("Старият фар светна отново снощи. Пазачът каза, че денят е хубав и че фарът ъгъл има.", "bg"),
        ("كونا ماياك تۈنۈگۈن كېچە ئون بىر يىلدىن كېيىن يەنە يورۇدى.", "ug"),
        ("پرانا لائٹ ہاؤس کل رات گیارہ سال بعد پھر روشن ہو گیا ہے، چوکیدار نے کہا بڑا دن ہے۔", "ur"),
        ("पुराना प्रकाशस्तंभ कल रात ग्यारह साल बाद फिर जल उठा।", "hi"),
        ("जुना दीपगृह काल रात्री पुन्हा उजळला आहे आणि रखवालदार आनंदी आहे.", "mr"),
        ("পুরোনো বাতিঘর কাল রাতে আবার জ্বলে উঠেছে।", "bn"),
        ("பழைய கலங்கரை விளக்கம் நேற்று இரவு மீண்டும் எரிந்தது.", "ta"),
        ("མཚོ་ཁའི་སྒྲོན་མེ་རྙིང་པ་དེ་མདང་དགོང་ཡང་བསྐྱར་འབར་སོང་།", "bo"),
        ("ძველი შუქურა ისევ აინთო.", "ka"),
        (
            "Eski fener dün gece yeniden yakıldı ve bekçi bunun güzel bir gün olduğunu dedi.",
            "tr",
        ),
        (
            "Kıyıdaki fener fırtınadan sonra ilk kez yakıldı; bekçinin yardımcısı ışığın gücünü artırdı.",
            "tr",
        ),
        ("Sahildəki mayak tufandan sonra ilk dəfə yandırıldı, gözətçi işığın gücünü artırdı.", "az"),
        ("Ngọn hải đăng cũ đã được thắp sáng lại đêm qua sau mười một năm.", "vi"),
        (
            "Stara latarnia została zapalona w nocy. Strażnik mówi, że to jest piękny dzień.",
            "pl",
        ),
        ("Den gamla fyren tändes igen i går kväll och vaktaren sade att det var en vacker dag.", "sv"),
        (
            "Det gamle fyr blev tændt igen i aftes, og vogteren sagde, at det var en god dag efter mørket.",
            "da",
        ),
        ("Det gamle fyret ble tent igjen i går kveld, og vokteren sa at det også var en god dag å se.", "nb"),
        ("Vanha majakka sytytettiin eilen ja vartija sanoi että se oli kaunis päivä niin kuin ennen.", "fi"),
        ("A régi világítótorony tegnap este újra kigyulladt, és az őr szerint ez egy szép nap volt.", "hu"),
        ("Eski fenerin bekçisi kırk yıllık karanlığın ardından dün gece lambayı yaktı.", "tr"),
        ("Người gác ngọn hải đăng cũ đã thắp lại đèn tối qua sau bốn mươi năm.", "vi"),
        ("Dəniz mayakının gözətçisi dünən gecə çırağı yenidən yandırdı, sahil işıqlandı.", "az"),
        ("Strážce majáku včera večer rozsvítil lampu při přílivu, dělníci přišli průlivem.", "cs"),
        ("Mercusuar tua itu menyala lagi tadi malam dan penjaga berkata bahwa ini hari yang indah.", "id"),
    ],
)
def test_languages_of_one_script_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language
