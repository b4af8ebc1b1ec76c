import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.renderers.clean import REPLACEMENT, clean, shorten, without_formula, without_surrogates


@given(st.text(st.characters()))
def test_clean_text_is_one_harmless_line_that_can_be_written(text):
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_letters_of_every_script_stay(text):
    assert clean(text) == text


def test_different_names_stay_different():
    assert clean("pay\u202eroll") == f"pay{REPLACEMENT}roll" != "payroll"


def test_line_breaks_become_a_space():
    assert clean("a\r\n\tb\u2028c") == "a b c"


def test_joined_emoji_and_persian_words_keep_their_joiners():
    family = "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"
    assert clean(family) == family


def test_lone_surrogates_become_writable():
    assert without_surrogates("a\ud800b").encode() == b"a?b"
    assert without_surrogates("é\u202e") == "é\u202e"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", " ="])
def test_what_a_spreadsheet_calculates_gets_an_apostrophe(start):
    assert without_formula(f"{start}1+1") == f"'{start}1+1"


def test_other_text_gets_no_apostrophe():
    assert without_formula("a=1") == "a=1"
    assert without_formula("") == ""


@given(st.text(), st.integers(1, 50))
def test_shortened_text_fits(text, length):
    short = shorten(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("\N{HORIZONTAL ELLIPSIS}")
