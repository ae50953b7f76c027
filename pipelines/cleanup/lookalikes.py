"""What an OCR engine takes for what: the price of one word misread as another.

Prices are in characters: 1 for a letter taken for any other, less for shapes that engines confuse.
The groups were gathered by hand; `make bench-guards` says how many right corrections they pass.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import Levenshtein

# Digits and the letters that look like them. No two digits are ever made one.
DIGITS = {"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "|": "1", "!": "1", "i": "1"}
DIGITS |= {"S": "5", "s": "5", "B": "8", "Z": "2", "z": "2", "g": "9", "q": "9", "b": "6", "G": "6"}
_FOLD = str.maketrans(DIGITS)

# Shapes that are taken for each other, a group a word: letters of print, of blackletter and of worn
# type, marks, Arabic letters that differ in their dots.
_GROUPS = (
    "lI1|!ijíìïîı[]tfrJ oO0QDCGceaöóòôøu sS5$fſ zZ2 B8ßSR3 gq9yj b6hklLd nuvrmhxiü vyVYwWu VBN "
    "NRMH kKtfl EFPRB TYIFJ7 UVOD pPqgnrb hbdyn xrzX aeoszu WVMNm CGOQE AÄRN4 wmvn (cC<{[ )>}] "
    ".,:;'`\"-_~*·• بتثنيى جحخ دذ رز سش صض طظ عغ فق وؤ اأإآ هة"
)
_PAIRS = frozenset(
    pair
    for group in _GROUPS.split()
    for a, b in combinations(group, 2)
    for pair in ((a, b), (b, a))
)
# Letters taken for fewer or more of them, "rn=m".
_CLUSTERS = (
    "rn=m ni=m in=m nn=m iu=m ru=m ln=m cl=d ci=d el=d ol=d vv=w ii=u ii=n ii=ü li=h lt=h "
    "ti=h ri=n rt=n ll=u il=u fi=fl fi=ti lc=k ic=k lr=k tc=k ch=h ch=c ck=d tz=ß fs=ß "
    "ss=ß sz=ß ij=ü ae=æ oe=œ oe=ö ue=ü ae=ä IV=N VV=W lI=H LI=U IJ=U II=H l1=h ch=< ch=; "
    "ck=< tt=n tl=d ''=\" ,,=\" ti=ü it=ü "
)
_CLUSTERED = frozenset(
    pair for each in _CLUSTERS.split() for a, b in [each.split("=")] for pair in ((a, b), (b, a))
)
_THIN = frozenset(".,:;'`\"-_~|!iljtfrI1()[]{}<>*·•^°=/\\ ")
LONGEST = 40  # of words that are priced by shape; longer ones count plain edits


def folded(text: str) -> str:
    """Look-alikes of digits made digits."""
    return text.translate(_FOLD)


@lru_cache(maxsize=8192)
def price(raw: str, clean: str) -> float:
    """The cheapest way from one word to the other, in characters."""
    if raw == clean:
        return 0.0
    if max(len(raw), len(clean)) > LONGEST:
        return float(Levenshtein.distance(raw, clean))
    rows = [[0.0] * (len(clean) + 1) for _ in range(len(raw) + 1)]
    for i in range(len(raw) + 1):
        for j in range(len(clean) + 1):
            if i or j:
                rows[i][j] = min(_steps(raw, clean, i, j, rows))
    return rows[-1][-1]


def _steps(raw: str, clean: str, i: int, j: int, rows: list[list[float]]) -> list[float]:
    found = []
    if i:
        found.append(rows[i - 1][j] + _single(raw, i - 1))
    if j:
        found.append(rows[i][j - 1] + _single(clean, j - 1))
    if i and j:
        found.append(rows[i - 1][j - 1] + _swap(raw[i - 1], clean[j - 1]))
    for a, b in ((2, 1), (1, 2), (2, 2)):
        if i >= a and j >= b and (raw[i - a : i], clean[j - b : j]) in _CLUSTERED:
            found.append(rows[i - a][j - b] + 0.5)
    return found


def _single(word: str, at: int) -> float:
    """A character that came or went: less when it is thin, or the one before it once more."""
    if word[at] in _THIN or (at and word[at] == word[at - 1]):
        return 0.6
    return 1.0


def _swap(left: str, right: str) -> float:
    if left == right:
        return 0.0
    if (left, right) in _PAIRS:
        return 0.5
    base, other = _base(left), _base(right)
    if base == other:
        return 0.3  # an accent
    if base.lower() == other.lower():
        return 0.5  # a capital
    return 0.6 if (base, other) in _PAIRS else 1.0


@lru_cache(maxsize=1024)
def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0]


def plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(_base(each) for each in text.lower())
