"""The languages that Tesseract has data for: their names, and the scripts they are written in."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

# Signs of Chinese and Japanese, between which no space stands.
CJK = r"[\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
FEW_SIGNS = 0.1  # share of all letters; Chinese pages full of English names have 0.36 and more

LATIN, FRAKTUR = "Latin", "Fraktur"
ENGLISH = "eng"


@dataclass(frozen=True, slots=True)
class Language:
    """A language as people call it, and its script as Tesseract's detection does."""

    code: str
    name: str
    script: str


# By script, the commonest first: where only the script is known, the first that is installed reads.
_TABLE = {
    LATIN: "eng English, spa Spanish, fra French, deu German, por Portuguese, ita Italian,"
    " nld Dutch, pol Polish, tur Turkish, vie Vietnamese, ind Indonesian, ron Romanian, ces Czech,"
    " hun Hungarian, swe Swedish, dan Danish, nor Norwegian, fin Finnish, cat Catalan,"
    " hrv Croatian, slk Slovak, slv Slovenian, lit Lithuanian, lav Latvian, est Estonian,"
    " lat Latin, eus Basque,"
    " glg Galician, afr Afrikaans, aze Azerbaijani, bos Bosnian, bre Breton, ceb Cebuano,"
    " cos Corsican, cym Welsh, enm Middle English, epo Esperanto, fao Faroese, fil Filipino,"
    " frm Middle French, fry Frisian, gla Scottish Gaelic, gle Irish, hat Haitian Creole,"
    " isl Icelandic, ita_old Old Italian, jav Javanese, ltz Luxembourgish, mlt Maltese, mri Maori,"
    " msa Malay, oci Occitan, que Quechua, spa_old Old Spanish, sqi Albanian,"
    " srp_latn Serbian (Latin), sun Sundanese, swa Swahili, tgl Tagalog, ton Tongan,"
    " uzb Uzbek, yor Yoruba",
    FRAKTUR: "frk German (Fraktur), deu_latf German (Fraktur), Fraktur Fraktur of any language,"
    " deu_frak German (Fraktur), dan_frak Danish (Fraktur), slk_frak Slovak (Fraktur)",
    "Arabic": "ara Arabic, fas Persian, urd Urdu, pus Pashto, uig Uyghur, snd Sindhi,"
    " kur_ara Kurdish (Arabic)",
    "Armenian": "hye Armenian",
    "Bengali": "ben Bengali, asm Assamese",
    "Canadian_Aboriginal": "iku Inuktitut",
    "Cherokee": "chr Cherokee",
    "Cyrillic": "rus Russian, ukr Ukrainian, bul Bulgarian, srp Serbian, bel Belarusian,"
    " mkd Macedonian, kaz Kazakh, kir Kyrgyz, mon Mongolian, tat Tatar, tgk Tajik,"
    " uzb_cyrl Uzbek (Cyrillic), aze_cyrl Azerbaijani (Cyrillic)",
    "Devanagari": "hin Hindi, mar Marathi, nep Nepali, san Sanskrit",
    "Ethiopic": "amh Amharic, tir Tigrinya",
    "Georgian": "kat Georgian, kat_old Old Georgian",
    "Greek": "ell Greek, grc Ancient Greek",
    "Gujarati": "guj Gujarati",
    "Gurmukhi": "pan Punjabi",
    "Han": "chi_sim Chinese (simplified), chi_tra Chinese (traditional),"
    " chi_sim_vert Chinese (simplified vertical), chi_tra_vert Chinese (traditional vertical)",
    "Hebrew": "heb Hebrew, yid Yiddish",
    "Japanese": "jpn Japanese, jpn_vert Japanese (vertical)",
    "Kannada": "kan Kannada",
    "Khmer": "khm Khmer",
    "Korean": "kor Korean, kor_vert Korean (vertical)",
    "Lao": "lao Lao",
    "Malayalam": "mal Malayalam",
    "Myanmar": "mya Burmese",
    "Oriya": "ori Odia",
    "Sinhala": "sin Sinhala",
    "Syriac": "syr Syriac",
    "Tamil": "tam Tamil",
    "Telugu": "tel Telugu",
    "Thaana": "div Dhivehi",
    "Thai": "tha Thai",
    "Tibetan": "bod Tibetan, dzo Dzongkha",
}
_ALIASES = {"Hangul": "Korean", "Hiragana": "Japanese", "Katakana": "Japanese"}

LANGUAGES: dict[str, Language] = {
    code: Language(code, name, script)
    for script, row in _TABLE.items()
    for code, _, name in (each.strip().partition(" ") for each in row.split(", "))
}
# Models that read one language in other letters: what is told of the text is the language.
SAME = {"frk": "deu", "deu_latf": "deu", "deu_frak": "deu", "Fraktur": "deu", "spa_old": "spa"}


def of(code: str) -> Language:
    """What is known of a code; of one that is not, it is the name."""
    return LANGUAGES.get(code, Language(code, code, ""))


def dense(code: str) -> bool:
    """Whether a language is written in many signs, each a picture."""
    return of(code).script in ("Han", "Japanese")


def borne_out(code: str, text: str) -> bool:
    """Whether `text`, which was read as the language `code`, has that language's signs.

    Asked of dense scripts alone: what reads them reads Latin letters too, and a chart of names and
    numbers is now and then taken for Japanese.
    """
    letters = "".join(filter(str.isalpha, text))
    return not dense(code) or len(re.findall(CJK, letters)) >= FEW_SIGNS * len(letters) > 0


def usual(script: str) -> str | None:
    """The commonest language written in `script`, as Tesseract's detection names scripts."""
    return next(iter(_of(script)), None)


def reader(script: str, installed: Collection[str]) -> str | None:
    """The first of the languages of `script` that is installed."""
    return next((code for code in _of(script) if code in installed), None)


def _of(script: str) -> list[str]:
    name = _ALIASES.get(script, script)
    return [each.code for each in LANGUAGES.values() if each.script == name]
