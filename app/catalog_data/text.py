"""Folds titles, to compare them. The program folds a little more; see `app/src/text/words.rs`."""

import re
import unicodedata

# Letters that Unicode does not decompose, and signs that people type as words.
SPELLED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "&": " and ", "+": " and "}
)

APOSTROPHES = re.compile("['’‘`´ʻʼ]")


def fold(text):
    """The words of `text` without case, accents and punctuation."""
    spaced = "".join(f" {sign}" if is_small_number(sign) else sign for sign in text)
    plain = unicodedata.normalize("NFKD", spaced).casefold()
    plain = "".join(sign for sign in plain if not is_accent(sign)).translate(SPELLED)
    plain = unicodedata.normalize("NFKC", APOSTROPHES.sub("", plain))
    words = re.findall(r"\w+", plain.replace("\u2044", " "))
    return " ".join(words) or text


def is_small_number(sign):
    """Whether it is a fraction or a small digit, such as ½ and ³."""
    return unicodedata.category(sign) == "No"


def is_accent(sign):
    """Marks of other scripts make other letters: が is not か."""
    return "\u0300" <= sign <= "\u036f"
