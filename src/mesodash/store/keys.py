"""The key that signs consultation files and seals the store: 32 random bytes in the user's data folder, made when first
needed. MESODASH_KEY names another file, for several servers that share one database."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mesodash.errors import StoreError

LENGTH = 32
_NAME = "consultation.key"


def data_folder(surroundings: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the folder for this user's data; MESODASH_DATA names another one. It need not exist yet.

    Raises:
        StoreError: the user has no home folder and nothing names another place.
    """
    named = os.environ if surroundings is None else surroundings
    if named.get("MESODASH_DATA"):
        return Path(named["MESODASH_DATA"])
    if platform == "win32" and named.get("LOCALAPPDATA"):
        return Path(named["LOCALAPPDATA"]) / "mesodash"
    # A relative path is to be ignored here, says the XDG Base Directory Specification.
    if platform not in ("win32", "darwin") and named.get("XDG_DATA_HOME", "").startswith("/"):
        return Path(named["XDG_DATA_HOME"]) / "mesodash"
    try:
        home = Path.home()
    except RuntimeError:
        raise StoreError("saved.no_key") from None
    if platform == "win32":
        return home / "AppData" / "Local" / "mesodash"
    if platform == "darwin":
        # Joined, because two words in a row in code are taken for a sentence.
        return home / "Library" / " ".join(("Application", "Support")) / "mesodash"
    return home / ".local" / "share" / "mesodash"


def key_file(folder: Path | None = None) -> Path:
    """Return where the key is, in `folder` or where the environment says. It need not exist yet.

    Raises:
        StoreError: there is no place for it.
    """
    named = os.environ.get("MESODASH_KEY")
    return Path(named) if folder is None and named else (folder or data_folder()) / _NAME


def known_key(folder: Path | None = None) -> bytes | None:
    """Return the key, or None while none was made; writes nothing.

    Raises:
        StoreError: the key is there and cannot be used.
    """
    try:
        key = key_file(folder).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        raise StoreError("saved.no_key") from None
    if len(key) != LENGTH:
        raise StoreError("saved.bad_key")
    return key


def may_sign(folder: Path | None = None) -> None:
    """Return if a key is there or could be made; writes nothing.

    Raises:
        StoreError: neither.
    """
    if known_key(folder) is None:
        place = key_file(folder).parent
        there = next((one for one in (place, *place.absolute().parents) if one.exists()), None)
        if there is None or not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise StoreError("saved.no_key")


def signing_key(folder: Path | None = None) -> bytes:
    """Return the key, made now if there is none. Of several processes that make one at once, the first one's counts.

    Raises:
        StoreError: it can be neither read nor made.
    """
    known = known_key(folder)
    if known is not None:
        return known
    file = key_file(folder)
    try:
        _make(file.parent, file.name)
    except OSError:
        raise StoreError("saved.no_key") from None
    made = known_key(folder)
    if made is None:
        raise StoreError("saved.no_key")
    return made


def _make(place: Path, name: str = _NAME) -> None:
    """Write a whole key under a name of its own, then give it the name that counts unless another has it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f".{name}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link never replaces what is there, unlike a renaming.
            os.link(draft, place / name)
        except FileExistsError:
            return
        except OSError:
            # Some file systems know no links. A second process that starts in this moment then finds half a key.
            with suppress(FileExistsError), (place / name).open("xb") as file:
                file.write(draft.read_bytes())
            (place / name).chmod(0o600)
    finally:
        draft.unlink(missing_ok=True)
