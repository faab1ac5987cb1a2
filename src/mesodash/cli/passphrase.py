"""`passphrase`: set or remove the practitioner's passphrase on the computer where the server runs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from getpass import getpass

import click

from mesodash.cli.options import Answer, Command, knowledge_in, lang_option
from mesodash.errors import InputError, StoreError
from mesodash.i18n import Words
from mesodash.store.database import close_stores, the_store
from mesodash.store.records import Event

_LONGEST_LINE = 10_000
"""Bytes; more than any passphrase that is allowed."""


def _asked(t: Words) -> str:
    """Return what is typed twice without being shown, or the one line that standard input holds.

    Raises:
        InputError: the two differ, or the line is no text.
    """
    if sys.stdin is None:
        return ""
    if not sys.stdin.isatty():
        try:
            return sys.stdin.buffer.readline(_LONGEST_LINE).decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise InputError("error.not_utf8", field="standard input") from None
    try:
        first, second = getpass(t("lock.ask") + " "), getpass(t("lock.ask_again") + " ")
    except EOFError:
        raise KeyboardInterrupt from None
    if first != second:
        raise InputError("lock.differs", field="passphrase")
    return first


@click.command(cls=Command, help="Set the passphrase that opens the practitioner's pages; it is asked for twice.")
@click.option("--remove", is_flag=True, help="Remove the passphrase instead.")
@lang_option
def command(remove: bool, lang: str) -> Answer:
    _, t = knowledge_in(lang)
    try:
        # Whether the store opens is said before anybody types.
        store = the_store()
        if not remove:
            store.passphrase.set(_asked(t))
        elif not store.passphrase.remove():
            raise InputError("lock.none_set", field="remove")
        event: Event = "passphrase_removed" if remove else "passphrase_set"
        store.audit.record(event, mode="command", lang=t.lang, now=datetime.now(UTC))
    except StoreError as error:
        raise InputError(error.key, field="store", params=error.params) from None
    finally:
        close_stores()
    yield t("lock.removed" if remove else "lock.set") + "\n"
