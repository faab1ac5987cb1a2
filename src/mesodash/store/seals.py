"""What is kept is sealed: AES-256-GCM, a key per purpose, and each seal bound to its table and row."""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mesodash.errors import StoreError

_EDITION = b"\x01"
_NONCE = 12


def derived(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose; from it neither `key` nor the key of another purpose can be found."""
    return HKDF(SHA256(), 32, None, b"mesodash/1/" + purpose.encode()).derive(key)


def mark(key: bytes, text: str) -> str:
    """Return 64 hexadecimal digits that stand for `text` and can be computed with the key alone."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def seal(key: bytes, content: bytes, bound_to: str) -> bytes:
    """Return `content` encrypted so that it opens only for the same `bound_to` (table, column and row)."""
    nonce = os.urandom(_NONCE)
    return _EDITION + nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Return what was sealed.

    Raises:
        StoreError: it was changed, moved to another row, or sealed with another key.
    """
    try:
        if sealed[:1] != _EDITION:
            raise ValueError
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
    except (InvalidTag, ValueError, TypeError):
        raise StoreError("store.damaged") from None
