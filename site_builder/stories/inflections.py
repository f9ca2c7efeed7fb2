"""Which forms of a word are one word, and which of them a dictionary would have.

In: the words of one text. Out: groups of forms, and the nominative of each. The rule it guards: two
forms are one word only when what is left of them behind the same beginning stands in **one** paradigm
(Колосков, Колоскову), so that no list of words is needed and nothing is cut to a stem.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from site_builder.stories.spaced import compare, kept, places
from site_builder.stories.subjects import shared_beginning

Paradigms = int
"""A set of paradigms, a bit each."""

LEAST = 3
"""Letters that forms of one word begin with."""
_LEAST_OF = {"cs": 2, "fi": 2, "pl": 2}
"""The same where first names are short (Iga), or endings begin with a weakened consonant: Lappi, Lapin."""

_SLAVIC = (
    "- а у ом ым е ем",  # суд, Колосков
    "- а у ом е ы ов ам ами ах",
    "- а у ом е и ов ам ами ах",
    "- а у ем е и ей ам ами ах",
    "ь я ю ем ём е и ей ям ями ях",
    "й я ю ем ём е и ев ям ями ях",
    "ий ия ию ием ии",
    "а ы е у ой ою - ам ами ах",
    "а и е у ой ей ою - ам ами ах",
    "я и е ю ей ёй ею ь ям ями ях",
    "ия ии ию ией ий иям иями иях",
    "ь и ью ей ям ями ях",
    "о а у ом е - ам ами ах",
    "е я ю ем и й ям ями ях",
    "ие ия ию ием ии ий иям иями иях",
    "ень ня ню нем не ни ней ням нями нях",
    "ец ца цу цем цом це цы цев цам цами цах",
    "ок ка ку ком ке ки ков кам ками ках",
    "ка ки ке ку кой ок ек кам ками ках",
    "ел ла лу лом ле лы",
    "ы ов ам ами ах",
    "и ей ам ами ах ям ями ях",
    "и ов ам ами ах",
)
_RUSSIAN = (
    "ый ого ому ым ом ые ых ыми ая ой ую ою ое",
    "ий ого ому им ом ие их ими ая ой ую ою ое",
    "ий его ему им ем ие их ими яя ей юю ее ая ей ую ое",
    "ой ого ому ым ом ые ых ыми ая ую ое",
    "ой ого ому им ом ие их ими ая ую ое",
)
_UKRAINIAN = (
    "- а у ом ові і е ем еві ем",
    "- а у ові ом і и ів ам ами ах",
    "- а у ові ом і і ів ам ами ах",
    "- я ю ем еві і ів ям ями ях",
    "ь я ю ем еві ю і ів ям ями ях",
    "й я ю єм єві ї їв ям ями ях",
    "ій ія ію ієм ії єм",
    "ів ова ову овом ові еві",
    "їв єва єву євом єві",
    "ів ева еву евом еві",
    "іль оля олю олем олі",
    "ій оя ою оєм ої",
    "а и і у ою - ам ами ах",
    "а і у ею - ам ами ах",
    "ка ки ці ку кою ок кам ками ках",
    "га ги зі гу гою г гам",
    "ха хи сі ху хою",
    "я і ю ею ь ям ями ях",
    "ія ії ію ією ій іям іями іях",
    "ень ня ню нем ні",
    "ець ця цю цем ці ців цям цями цях",
    "о а у ом і ові - ам ами ах",
    "е я ю ем і ь ям ями ях",
    "ня ню ням ні ннями ннях нь",
    "ий ого ому им ім і их ими а ої ій у ою е",
    "ій ього ьому ім і іх іми я ьої ю ьою є",
    "и ів ам ами ах",
    "і ів ей ам ами ах ям ями ях",
)
_BULGARIAN = (
    "- а ът и ите ове овете ъ",
    "- я ят и ите",
    "й я ят и ите",
    "а ата и ите о",
    "я ята и ите",
    "ия ията ии иите",
    "о ото а ата",
    "е ето ета етата",
    "ие ието ия ията",
    "ост остта ости остите",
    "- та и ите",
    "ен ният ния на ната но ното ни ните",
    "ки кия кият ка ката ко кото ките",
    "- ия ият а ата о ото и ите",
)
_SERBIAN = (
    "- а у ом е и има ови ова овима ове",
    "- а у ем е и има еви ева евима",
    "а е и у ом - ама о",
    "о а у ом има",
    "е а у ем има",
    "ј ја ју јем је ји јима",
    "ија ије ији ију ијом ијама",
    "и ог ом им е их а у о ога ома",
    "и ег ем им е их а у",
    "ац ца цу цем це ци цима",
    "ак ка ку ком ци цима",
    "е а ама",
    "- и у има",
    "ст сти шћу",
)
_GREEK = (
    "οσ ου ο ον οι ων ουσ ε",
    "οσ η ησ ην ο ου ον οι εσ ων ουσ α ασ",
    "ησ η ην εσ ων",
    "ασ α αν εσ ων",
    "η ησ ην εσ ων εισ εων εωσ",
    "α ασ αν εσ ων",
    "ο ου α ων",
    "ι ιου ια ιων",
    "μα ματοσ ματα ματων",
    "οσ ουσ η ων",
    "ασ α εσ αδεσ αδων",
    "εασ εα εισ εων",
    "οι ων ουσ",
    "εσ ων",
    "α ων",
)
_ARMENIAN = ("- ը ն ի ին ից ով ում եր ներ երը ները երի ների երին ներին",)

_POLISH = (
    "ów owa owu owowi owem owie",
    "ód odu odowi odem odzie",
    "ek ka kowi kiem ku",
    "ec ca cowi cem cu",
    "eł ła łowi łem le",
    "ów owa owu owem owie",
    "- a u owi em iem ie owie",
    "r ra ru rowi rem rze",
    "t ta tu towi tem cie",
    "d da du dowi dem dzie",
    "ł ła łu łowi łem le",
    "ń nia niu niowi niem nie",
    "ść ści ścią",
    "ódź odzi odzią",
    "i iego iemu im",
    "y ego emu ym",
    "a iej ą",
    "a ej ą",
    "ie ich im imi",
    "e ych ym ymi",
    "ia ii ię ią",
    "ja ji ję ją",
    "ka ki ce kę ką ko",
    "ga gi dze gę gą",
    "ra ry rze rę rą",
    "da dy dzie dę dą",
    "ta ty cie tę tą",
    "ła ły le łę łą",
    "cha chy sze chę chą",
    "a y ie ę ą o",
    "a i ę ą",
    "a y ę ą",
    "o a u em ie",
    "o a u em",
    "ie ia iu iem",
    "e a u em",
    "ice ic icom icach icami",
    "e om ach ami",
    "y ów om ach ami",
    "i om ach ami",
    "y om ach ami",
    "- i ą",
    "- em a owi u y ów om ach ami",
)
_CZECH = (
    "sko ska sku skem",
    "cko cka cku ckem",
    "ek ka kovi kem ku",
    "ec ce covi cem ci",
    "el la lovi lem lu",
    "eň ně ni ní",
    "ý ého ému ém ým",
    "í ího ímu ím",
    "ice ici icí ic icím icích",
    "- a u ovi em",
    "o a u em ě e",
    "a y ě u ou o",
    "a y ovi u ou o",
    "ka ky ce ku kou",
    "ha hy ze hu hou",
    "ga gy ze gu gou",
    "ra ry ře ru rou",
    "ia ie ii iu ií",
    "ie ii ií",
    "á é ou",
    "- a u ovi em e ě",
    "- u em e ě y ů ům ech",
    "- e i em ovi",
    "e ete eti",
    "y - ám ách ami",
    "y - ů ům ech",
    "é ých ým ými",
    "e í ím ích emi",
    "ně í ím ích",
    "- i í",
    "- ě i í",
    "st sti stí",
)
_FINNISH = (
    "joki joen joella joelle joelta joessa joesta jokea",
    "mäki mäen mäkeä mäellä mäessä mäestä mäelle",
    "nki ngin ngissä ngissa ngistä ngista ngille nkiin nkiä nkia",
    "nen sen sta stä sessa sessä sesta sestä sella sellä selle sia siä set",
    "nti nnin nnissa nnista nnissä nnistä nnilla nnille ntiin ntia ntiä nnit",
    "ppi pin pissa pista pilla pille pilta ppiin ppia pit",
    "tti tin tissa tista tilla tille tilta ttiin ttia ttiä tit",
    "kki kin kissa kista killa kille kilta kkiin kkia kkiä kit",
    "kka kan kalla kalle kassa kasta kkaan kkaa",
    "tta tan talla talle tassa tasta ttaan ttaa",
    "ski sken skessa skesta skella skelle skea skeen",
    "ti den dessa desta della delle tea",
    "mi men messa mesta melle mea messä mestä mellä meä meen",
    "e een eessa eessä eesta eestä eella eelle eellä etta että",
    "s ksen kset ksia ksiä sta stä ksesta ksestä",
    "us uden utta",
    "i en essä estä ellä elle tä een ien iä et",
    "- in issa issä ista istä illa illä ilta iltä ille ia iä iin",
    "- n a ä ssa ssä sta stä lla llä lta ltä lle an än en in on un yn ön na nä ksi t",
)

_OF = {
    "cs": _CZECH,
    "fi": _FINNISH,
    "pl": _POLISH,
    "ru": (*_SLAVIC, *_RUSSIAN),
    "uk": (*_SLAVIC, *_UKRAINIAN),
    "bg": _BULGARIAN,
    "sr": _SERBIAN,
    "el": _GREEK,
    "hy": _ARMENIAN,
}
_NO_END = re.compile(
    r"[тдчжшбпвг]к$|[сткдг][вн]$|[аеиоуыэюяіїє]ь$|[кгхжшщч][яю]$|[кгхжшщч]ы$|[аеоуюя]е$|[кгх][еь]$"
    r"|[бвгджзклмнпрстфхцчшщ]й$"
)
"""What no word ends with: Камчатк, Москв."""
_OF_LANDS = {
    "ru": (("ии", "ия"), ("ией", "ия"), *((f"щин{end}", "щина") for end in ("ы", "е", "у", "ой"))),
    "uk": (("ії", "ія"), ("ією", "ія"), *((f"щин{end}", "щина") for end in ("и", "і", "у", "ою"))),
}
_CASES_OF_LANDS = tuple("ии ию ией ії ію ією щины щине щину щиной щини щині щиною".split())
"""How countries and regions end: in the nominative, and in other cases."""
_PLURAL_OBLIQUE = ("ам", "ям", "ах", "ях")
_WITH_LOST_VOWEL = ("ок", "ек", "ец", "ел")
_OF_SURNAMES = frozenset(("ов", "ев", "ів", "їв", "ин"))
"""What ends no plural of a name: Иванов is not of several Иванs."""
_FEMININE = ("ов", "ев", "ёв", "ин", "ын", "єв", "їн", "ськ", "цьк")
"""What the surname of a woman has before its a."""
_OF_MEN = ("ом", "ем", "єм", "ові", "ым", "им", "а", "у", "я", "ю")
"""How names of men end in other cases; of the surname what stands before is the nominative."""
_ADJECTIVES = {
    "ru": "ый ий ой ая яя ое ее ые ие ого его ому ему ую юю ых их ым им ыми ими",
    "uk": ("ий ій ого ому ої их им ими на ська цька ську ною ської ське ні ські ному ну не ова ову ове"),
    "bg": "ен на но ни ната ното ните ният ния ски ска ско ската ското ските ският ския ова ово ови",
    "sr": "ни на но не ног ном них ним ној ну ски ска ско ске ског ском ских ској ску ња ње",
    "el": (
        "ικοσ ικη ικο ικου ικησ ικοι ικεσ ικα ικων μενοσ μενη μενο μενοι τεροσ τερη τερο ακοσ ακη "
        "ακο ακα ακεσ"
    ),
}
"""How adjectives end."""


@functools.cache
def _adjectives(language: str) -> tuple[str, ...]:
    return tuple(_ADJECTIVES.get(language, _ADJECTIVES["ru"]).split())


@functools.lru_cache(maxsize=1 << 14)
def is_adjective(word: str, language: str) -> bool:
    """Tell whether a word ends as adjectives do."""
    return len(word) > 4 and word.endswith(_adjectives(language))


@functools.cache
def _endings(language: str) -> dict[str, Paradigms]:
    found: dict[str, Paradigms] = {}
    for number, paradigm in enumerate(_paradigms(language)):
        for ending in paradigm:
            found[ending] = found.get(ending, 0) | 1 << number
    return found


@functools.lru_cache(maxsize=1 << 12)
def _numbers(paradigms: Paradigms) -> tuple[int, ...]:
    """List the bits of a set."""
    return tuple(number for number in range(paradigms.bit_length()) if paradigms >> number & 1)


@functools.cache
def _paradigms(language: str) -> tuple[tuple[str, ...], ...]:
    """Give each paradigm's endings, the nominative first; of a language that is not known, Russian's."""
    return tuple(
        tuple(dict.fromkeys("" if ending == "-" else ending for ending in line.replace("ё", "е").split()))
        for line in _OF.get(language, _OF["ru"])
    )


@functools.cache
def _longest(language: str) -> int:
    return max(map(len, _endings(language)))


@functools.lru_cache(maxsize=1 << 14)
def _stems(word: str, language: str) -> tuple[tuple[str, Paradigms], ...]:
    """List the beginnings that a word may have, each with the paradigms of what is left."""
    endings, found = _endings(language), list[tuple[str, Paradigms]]()
    for size in range(min(_longest(language) + 1, len(word) - _LEAST_OF.get(language, LEAST) + 1)):
        stem = word[: len(word) - size]
        if paradigms := endings.get(word[len(stem) :]):
            found.append((stem, paradigms))
    return tuple(found)


def _cuts(word: str, language: str) -> set[tuple[str, int]]:
    return {(stem, number) for stem, some in _stems(word, language) for number in _numbers(some)}


@functools.lru_cache(maxsize=1 << 14)
def _nominatives(members: tuple[str, ...], language: str) -> tuple[str, ...]:
    cuts = _cuts(members[0], language).intersection(*(_cuts(word, language) for word in members[1:]))
    paradigms = _paradigms(language)
    found = {stem + paradigms[number][0] for stem, number in cuts}
    found = {word for word in found if not _NO_END.search(word)}
    rare = {word for word in found if word.endswith(_WITH_LOST_VOWEL) and word not in members}
    if language == "uk" and any(word.endswith(("ові", "еві", "єві")) for word in members):
        rare |= {word for word in found if not word.endswith(("ів", "їв"))}  # Харкові is of Харків
    if language == "sr":
        rare |= {word for word in found if word[-1] == "е" and word[:-1] + "а" in members}
    return tuple(sorted(found - rare or found))


class Forms:
    """The words of one text, the forms of each together."""

    def __init__(self, words: Iterable[str], language: str, capitals: Container[str] = ()) -> None:
        self.language = language
        self._owner: dict[str, str] = {}
        sharing: defaultdict[str, list[tuple[str, Paradigms]]] = defaultdict(list)
        for word in sorted(set(words)):
            is_capital = word in capitals
            for stem, paradigms in _stems(word, language):
                if not (is_capital and word[len(stem) :] in _OF_SURNAMES):
                    sharing[stem].append((word, paradigms))
        held: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for stem, some in sharing.items():
            if len(some) == 1:  # most beginnings are one word's
                continue
            once = twice = 0
            for _, paradigms in some:
                twice |= once & paradigms
                once |= paradigms
            for word, paradigms in some:
                for number in _numbers(paradigms & twice):
                    held[stem, number].append(word)
        # What most forms agree on counts first, and of as many the longest beginning.
        order = sorted(held, key=lambda cut: (-len(held[cut]), -len(cut[0]), cut))
        self.members: dict[str, list[str]] = {}
        for cut in order:
            free = [word for word in held[cut] if word not in self._owner]
            if len(free) > 1:
                self.members[free[0]] = free
                self._owner |= dict.fromkeys(free, free[0])

    def group(self, word: str) -> str:
        """Give what all forms of a word have in common: one of them."""
        return self._owner.get(word, word)

    def nominatives(self, group: str) -> tuple[str, ...]:
        """List what the nominative of a group may be: of each paradigm that holds all its forms."""
        return _nominatives(tuple(self.members.get(group, (group,))), self.language)

    def ranked(self, group: str) -> list[str]:
        """List what the nominative of a group may be, in the order of the paradigms."""
        members = self.members.get(group, [group])
        cuts = _cuts(members[0], self.language).intersection(
            *(_cuts(word, self.language) for word in members[1:])
        )
        paradigms = _paradigms(self.language)
        order = sorted(cuts, key=lambda cut: (cut[1], len(cut[0])))
        return list(dict.fromkeys(stem + paradigms[number][0] for stem, number in order))

    def is_oblique(self, word: str, group: str, is_noun: bool = False) -> bool:
        """Tell whether a form is none that a dictionary would have; a noun may be shown in the plural."""
        members = self.members.get(group, [group])
        if word.endswith(("ой", "ей", "ої")) and any(
            other.endswith(("ая", "яя", "ова", "ева", "на", "ка")) for other in members
        ):
            return True
        if word.endswith(("ами", "ями", "ими", "ыми")):
            return True
        if self.language == "ru" and len(word) > 5 and word.endswith(("ая", "яя", "ое", "ее", "ые", "ие")):
            return False
        if is_noun and len(word) > 5 and word.endswith(("ов", "ев", "ів", "їв")):
            return True
        if is_noun and self.language in ("ru", "uk") and len(word) > 6 and word.endswith(_PLURAL_OBLIQUE):
            return True
        if is_noun and word[-1] in "ыиі" and len(members) > 1:
            return word[:-1] + "а" in members or word[:-1] + "я" in members or word[:-1] + "ь" in members
        return word not in self.nominatives(group)


def place_in_nominative(form: str, key: str, forms: Forms) -> str:
    """Give the nominative of a country or a city in any case; nothing for another name.

    Where no list has it, what ends like Карелии is of a Карелия.
    """
    members = tuple(forms.members.get(key, (key,)))
    known = {places(forms.language).get(one) for one in (*members, *forms.nominatives(key))} - {None}
    if len(known) == 1:
        return str(known.pop())
    for end, nominative in _OF_LANDS.get(forms.language, ()):
        if form.endswith(end) and all(one.endswith(_CASES_OF_LANDS) for one in members):
            return form.removesuffix(end) + nominative
    return ""


def noun_in_nominative(key: str, forms: Forms, rarities: Mapping[str, int]) -> str:
    """Give the nominative of a noun that was met in other cases only: of those that it can be the commonest
    word; nothing where no table has any."""
    known = [
        word
        for word in forms.nominatives(key)
        if word in rarities and word not in forms.members.get(key, (key,))
    ]
    return min(known, key=lambda word: (rarities[word], word), default="")


def name_in_nominative(form: str, key: Sequence[str], forms: Forms) -> str:
    """Give the nominative of a name that was met in other cases only; nothing where it could be several."""
    parts = form.split(" ")
    if forms.language not in ("ru", "uk") or len(parts) > 2:
        return ""
    members = forms.members.get(key[-1], [key[-1]])
    stem = _feminine_stem(members)
    if stem:
        last = parts[-1][: len(stem)] + "а"
        return " ".join([*(_of_woman(part) for part in parts[:-1]), last])
    options = forms.nominatives(key[-1])
    if len(members) < 2 or len(options) != 1:
        return ""
    shared = shared_beginning([options[0], *members])
    last = parts[-1][: len(shared)] + options[0][len(shared) :]
    return " ".join([*(_of_man(part) for part in parts[:-1]), last])


def name_by_surname(form: str, key: Sequence[str], forms: Forms) -> str:
    """Give the nominative of Дмитрия Пескова where Песков was met alone; nothing where it was not."""
    first, last = form.split(" ")
    if forms.language not in ("ru", "uk", "sr") or compare(first) in kept("given", forms.language):
        return ""  # Мария Квашнина is no form of Марий Квашнин
    for ending in _OF_MEN:
        stem = last.removesuffix(ending)
        if (
            stem
            and stem != last
            and first.endswith(_OF_MEN)
            and compare(stem) in forms.members.get(key[1], ())
        ):
            return f"{_of_man(first)} {stem}"
    return ""


def _feminine_stem(members: Sequence[str]) -> str:
    for word in members:
        for ending in ("ой", "ої", "ою"):
            stem = word.removesuffix(ending)
            if stem != word and stem.endswith(_FEMININE):
                return stem
    return ""


def _of_woman(name: str) -> str:
    for endings, nominative in (
        (("ии", "ию", "ией"), "ия"),
        (("ії", "ію", "ією"), "ія"),
        (("ы", "у", "ой"), "а"),
    ):
        for ending in endings:
            if name.endswith(ending):
                return name.removesuffix(ending) + nominative
    return name


def _of_man(name: str) -> str:
    for ending in _OF_MEN:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            soft = "й" if stem[-1:] in "аеиіоуєї" else "ь"
            return stem + (soft if ending in ("ем", "єм", "я", "ю") else "")
    return name
