"""How names are compared across scripts: folded, written in Latin letters, reduced to the consonants that are heard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

WORDS_MAX = 8
WORD_CHARACTERS_MAX = 40
TOKENS_MAX = 120
NAMES_MAX = 20
ALONE = "alone "
NEAR = 0.8
SAME_SOUND = 0.9
SAME_LETTERS_NEARLY = 0.7
SHARE_OF_NAMES = 0.65
SCORE_WITHOUT_BIRTHDATE = 0.8
OTHER_GENDER = 0.1

# Letters that have no Latin letter inside them, one by one. Other scripts are compared as they are written.
_LATIN = "øo łl đd ðd ıi æae œoe þth ħh ŧt əa"
_CYRILLIC = (
    "аa бb вv гg дd еe жzh зz иi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щsh ъ ыy ь эe юyu яya іi єye ґg јy љl"
    " њn ћch ђdj џj ѕz қq ғg ңn өo үu ұu һh әa"
)
_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξks οo πp ρr σs ςs τt υy φf χkh ψps ωo"
_ARABIC = (
    "اa ء ٱa بb پp تt ثth جj چch حh خkh دd ذz رr زz ژzh سs شsh صs ضd طt ظz ع غgh فf ڤv قq كk کk گg لl مm نn هh ہh ةa"
    " وw يy یy ىa ٹt ڈd ڑr ںn ےy ھh ئ ؤw"
)
_LETTERS = {ord(pair[0]): pair[1:] for pair in f"{_LATIN} {_CYRILLIC} {_GREEK} {_ARABIC}".split()}
_SOUNDS = (
    ("sch", "s"), ("tch", "s"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("sh", "s"),
    ("ch", "s"), ("zh", "s"), ("ck", "k"), ("x", "ks"),
)  # fmt: skip
_CLASSES = str.maketrans("pvqczj", "bfkksg")
_UNHEARD = re.compile(r"[aeiouywh]")
_DOUBLED = re.compile(r"(.)\1+")
_ARTICLES = frozenset({"al", "el", "ul"})
_ARABIC_ARTICLE = "ال"
_ARTICLE_WORD_CHARACTERS_MIN = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a person is compared: names (each in one language), the date of birth, and the gender."""

    names: tuple[str, ...]
    birthdate: str = ""
    gender: str = ""


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name without case, marks and articles, in Latin letters where the script is known."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Me", "Lm", "Cf"})
    found = [_written(word) for word in re.findall(r"\w+", plain)]
    return tuple(word[:WORD_CHARACTERS_MAX] for word in found if word and word not in _ARTICLES)[:WORDS_MAX]


def sound(word: str) -> str:
    """Return how a word of `words` is heard: Mohammed, Muhammad and محمد give the same."""
    if not word.isascii():
        return word
    for letters, heard in _SOUNDS:
        word = word.replace(letters, heard)
    heard = _UNHEARD.sub("", word.translate(_CLASSES))
    return _DOUBLED.sub(r"\1", heard) or word[:1]


def tokens(likeness: Likeness) -> frozenset[str]:
    """Return what a person is found by: two words heard together, and one word with the year of birth."""
    year = likeness.birthdate[:4].strip("0")
    made: list[str] = []
    for name in likeness.names[:NAMES_MAX]:
        heard = sorted({sound(word) for word in words(name)})
        made += [f"pair {one} {other}" for one, other in combinations(heard, 2)]
        made += [f"year {one} {likeness.birthdate[:4]}" for one in heard if year]
        made += [f"{ALONE}{heard[0]}"] if len(heard) == 1 and not year else []
    return frozenset(dict.fromkeys(made[:TOKENS_MAX]))


def score(one: Likeness, other: Likeness) -> int:
    """Return how likely two are the same person, from 0 to 100."""
    names = max((_names(a, b) for a in _all_words(one) for b in _all_words(other)), default=0.0)
    if one.birthdate and other.birthdate:
        likely = SHARE_OF_NAMES * names + (1 - SHARE_OF_NAMES) * _births(one.birthdate, other.birthdate)
    else:
        likely = SCORE_WITHOUT_BIRTHDATE * names
    if one.gender and other.gender and one.gender != other.gender:
        likely -= OTHER_GENDER
    return round(100 * max(likely, 0.0))


def _written(word: str) -> str:
    if word.startswith(_ARABIC_ARTICLE) and len(word) >= _ARTICLE_WORD_CHARACTERS_MIN:
        word = word.removeprefix(_ARABIC_ARTICLE)
    return word.translate(_LETTERS)


def _all_words(likeness: Likeness) -> Iterable[Sequence[str]]:
    return (found for name in likeness.names[:NAMES_MAX] if (found := words(name)))


def _names(one: Sequence[str], other: Sequence[str]) -> float:
    left = list(other)
    total = 0.0
    for word in one:
        best = max(left, key=lambda candidate: _word(word, candidate), default="")
        total += _word(word, best)
        if best:
            left.remove(best)
    return 2 * total / (len(one) + len(other))


def _word(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if not other:
        return 0.0
    if sound(one) == sound(other):
        return SAME_SOUND
    return SAME_LETTERS_NEARLY if SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR else 0.0


def _births(one: str, other: str) -> float:
    if one == other:
        return 1.0
    # The same digits in another order: day and month were exchanged, or two digits.
    exchanged = sorted(one) == sorted(other)
    return 0.5 if exchanged or one[:4] == other[:4] else 0.0
