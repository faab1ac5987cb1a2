"""Hand-over codes: short, easy to read aloud and to type, and a slip in one is seen before anything is asked.

22 characters that are not mistaken for one another: of 0 O, 1 I L, 2 Z, 5 S, 8 B and U V neither stands in a code, nor
does N, which sounds like M in all three languages. Nine of them are random (40.1 bits), the tenth is the check
character of ISO 7064 (hybrid system, mod 23,22).
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "34679ACDEFGHJKMPQRTWXY"
LENGTH = 10
_GROUPS = (3, 7)


def _check_character(data: str) -> str:
    # ISO 7064's hybrid systems need one more than the alphabet's length to be a prime: 23.
    from stdnum.iso7064 import mod_37_36

    return str(mod_37_36.calc_check_digit(data, ALPHABET))


def new_code() -> str:
    """Return a new code without its dashes."""
    data = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return data + _check_character(data)


def spaced(code: str) -> str:
    """Return a code in the groups in which it is read aloud: "K7M-4FQT-XRA"."""
    first, second = _GROUPS
    return "-".join((code[:first], code[first:second], code[second:]))


def clean(typed: str) -> str:
    """Return what was typed in upper case, without spaces and dashes. Nothing is taken for something else."""
    return "".join(
        character
        for character in typed.upper()
        if not character.isspace() and unicodedata.category(character) not in ("Pd", "Cf")
    )


def has_slip(code: str) -> bool:
    """Return whether a cleaned code cannot be one, as is told by the code alone."""
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return True
    return _check_character(code[:-1]) != code[-1]
