"""What is kept comes back as it was, for as long as it was kept, and to whom it belongs; on both databases."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import event

import mesodash
from mesodash.errors import InputError, StoreError
from mesodash.knowledge import load
from mesodash.store import codes
from mesodash.store.attempts import FORGOTTEN, LOCK, LOCKED_AT, OVERALL, WINDOW, delay
from mesodash.store.database import close_stores, the_store
from mesodash.store.opened import Store
from mesodash.store.records import EVENTS, LIMITS, ClinicSettings
from tests.store.conftest import NOW, Clinic

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
GOOD = "vier Katzen im Garten"


def told(call: object, *args: object, **kwargs: object) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(StoreError) as found:
        call(*args, **kwargs)  # type: ignore[operator]
    return found.value.key, found.value.params


# --- settings


def test_a_clinic_that_set_nothing_has_the_first_values(store: Store) -> None:
    assert store.settings.read() == ClinicSettings()


def test_settings_are_read_as_they_were_written_also_after_a_restart(store: Store) -> None:
    set_now = ClinicSettings("Praxis é", "Köln", 60, 120, 1, 240, 24, 30, ("@praxis.example", "a@b.example"))
    store.settings.write(set_now)
    close_stores()
    assert the_store().settings.read() == set_now


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_outside_its_limits_is_refused_and_changes_nothing(store: Store, name: str) -> None:
    low, high = LIMITS[name]
    for value in (low, high):
        store.settings.write(replace(ClinicSettings(), **{name: value}))
        assert getattr(store.settings.read(), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(InputError) as found:
            store.settings.write(replace(ClinicSettings(name="other"), **{name: value}))
        assert (found.value.field, found.value.params) == (name, {"low": low, "high": high})
    assert store.settings.read() == replace(ClinicSettings(), **{name: high})


def test_a_setting_that_makes_no_sense_is_read_as_its_first_value(store: Store) -> None:
    store.settings.put_document("clinic", {"idle_seconds": 5, "name": ["x"], "retention_days": True, "place": "Ulm"})
    assert store.settings.read() == ClinicSettings(place="Ulm")


def test_a_document_comes_back_is_replaced_and_taken_away(store: Store) -> None:
    assert store.settings.document("prices") is None
    for value in ({"a": [1, None, "é"]}, ["other"]):
        store.settings.put_document("prices", value)
        assert store.settings.document("prices") == value
    store.settings.put_document("prices", None)
    assert store.settings.document("prices") is None


# --- hand-overs


def test_a_code_opens_what_was_handed_over_once(store: Store) -> None:
    content = {"answers": {"pregnancy": "unknown"}, "lang": "fr", "n": [1, 2.5, None, "é\ud800"]}
    code = store.handovers.put(content, now=NOW, minutes=30)
    assert store.handovers.take(f" {code.lower()} ", client="a", now=NOW + 29 * MINUTE) == content
    assert told(store.handovers.take, code, client="a", now=NOW + 29 * MINUTE) == ("handover.refused", {})


def test_wrong_used_and_expired_codes_are_answered_alike(store: Store) -> None:
    used = store.handovers.put({}, now=NOW, minutes=5)
    store.handovers.take(used, client="a", now=NOW)
    expired = store.handovers.put({}, now=NOW, minutes=5)
    later = NOW + 5 * MINUTE
    answers = [told(store.handovers.take, one, client=one, now=later) for one in (codes.new_code(), used, expired)]
    assert answers == [("handover.refused", {})] * 3


def test_the_work_for_wrong_used_and_expired_codes_is_the_same(store: Store) -> None:
    """Otherwise the time of the answer would tell them apart."""
    used, expired = (store.handovers.put({}, now=NOW, minutes=minutes) for minutes in (30, 5))
    store.handovers.take(used, client="a", now=NOW)
    asked: list[str] = []
    event.listen(store._connections._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    work = []
    for number, code in enumerate((codes.new_code(), used, expired)):
        told(store.handovers.take, code, client=f"{number}", now=NOW + 5 * MINUTE)
        work.append(tuple(asked))
        asked.clear()
    assert len(work[0]) >= 5
    assert work[0] == work[1] == work[2]


def test_neither_the_database_nor_the_key_file_says_what_was_handed_over(clinic: Clinic, store: Store) -> None:
    code = store.handovers.put({"marker": "MARKERANSWER"}, now=NOW, minutes=30)
    rows = b"".join(
        bytes(value) if isinstance(value, bytes) else str(value).encode()
        for row in clinic.ask("SELECT * FROM handovers")
        for value in row
    )
    assert rows
    key = (clinic.folder / "consultation.key").read_bytes()
    for secret in (b"MARKERANSWER", code.encode(), codes.clean(code).encode(), key):
        assert secret not in rows


def test_a_typing_slip_is_told_and_not_counted(clinic: Clinic, store: Store) -> None:
    code = store.handovers.put({"a": 1}, now=NOW, minutes=30)
    wrong = next(one + code[1:] for one in codes.ALPHABET if one != code[0])
    for _ in range(LOCKED_AT + 1):
        assert told(store.handovers.take, wrong, client="a", now=NOW) == ("handover.slip", {})
    assert clinic.ask("SELECT * FROM attempts") == []
    assert store.handovers.take(code, client="a", now=NOW) == {"a": 1}


# --- wrong tries


def test_the_third_wrong_try_in_a_row_and_each_later_one_delays_the_next_until_a_lock() -> None:
    waits = [delay(wrong) / timedelta(seconds=1) for wrong in range(LOCKED_AT + 2)]
    assert waits[:3] == [0, 0, 0]
    assert all(later > earlier > 0 for earlier, later in pairwise(waits[3 : LOCKED_AT + 1]))
    assert waits[LOCKED_AT] == waits[LOCKED_AT + 1] == LOCK / timedelta(seconds=1) == 900


def test_a_client_that_types_wrong_codes_waits_longer_each_time_and_is_then_locked_out(store: Store) -> None:
    now, waited = NOW, []
    good = store.handovers.put({"a": 1}, now=NOW, minutes=120)
    for _ in range(LOCKED_AT):
        assert told(store.handovers.take, codes.new_code(), client="a", now=now)[0] == "handover.refused"
        if len(waited) < 2:
            waited.append(0)
            continue
        key, params = told(store.handovers.take, codes.new_code(), client="a", now=now)
        assert key == "handover.slow"
        waited.append(int(params["seconds"]))
        now += timedelta(seconds=waited[-1])
    assert waited == [0, 0, 2, 4, 8, 16, 32, 64, 128, 900]
    assert told(store.handovers.take, good, client="a", now=now - timedelta(seconds=1)) == (
        "handover.slow",
        {"seconds": 1},
    )
    assert store.handovers.take(good, client="b", now=now - timedelta(seconds=1)) == {"a": 1}


def test_a_right_code_forgets_the_wrong_ones_of_its_client(clinic: Clinic, store: Store) -> None:
    for _ in range(2):
        told(store.handovers.take, codes.new_code(), client="a", now=NOW)
        told(store.handovers.take, codes.new_code(), client="b", now=NOW)
    store.handovers.take(store.handovers.put({}, now=NOW, minutes=5), client="a", now=NOW)
    told(store.handovers.take, codes.new_code(), client="a", now=NOW)
    assert told(store.handovers.take, codes.new_code(), client="a", now=NOW)[0] == "handover.refused"
    told(store.handovers.take, codes.new_code(), client="b", now=NOW)
    assert told(store.handovers.take, codes.new_code(), client="b", now=NOW)[0] == "handover.slow"


def test_wrong_tries_are_forgotten_an_hour_after_the_last(store: Store) -> None:
    for _ in range(3):
        told(store.handovers.take, codes.new_code(), client="a", now=NOW)
    for _ in range(2):
        told(store.handovers.take, codes.new_code(), client="a", now=NOW + FORGOTTEN)
    assert told(store.handovers.take, codes.new_code(), client="a", now=NOW + FORGOTTEN)[0] == "handover.refused"


def test_a_clock_that_was_wrong_by_a_year_locks_nobody_out_for_a_year(store: Store) -> None:
    ahead = NOW + timedelta(days=365)
    for number in range(OVERALL - 3):
        store.handovers._attempts.begin("code", f"{number}", ahead)
    for _ in range(3):
        store.handovers._attempts.begin("code", "one", ahead)
    good = store.handovers.put({"a": 1}, now=NOW, minutes=30)
    assert store.handovers.take(good, client="one", now=NOW) == {"a": 1}


def test_too_many_wrong_codes_of_all_clients_close_the_door_for_everybody(store: Store) -> None:
    good = store.handovers.put({"a": 1}, now=NOW, minutes=120)
    for number in range(OVERALL - 1):
        store.handovers._attempts.begin("code", f"{number}", NOW)
    assert told(store.handovers.take, codes.new_code(), client="last", now=NOW)[0] == "handover.refused"
    assert told(store.handovers.take, good, client="new", now=NOW) == ("handover.slow", {"seconds": 900})
    assert store.handovers.take(good, client="new", now=NOW + LOCK) == {"a": 1}


def test_right_codes_do_not_close_the_door(store: Store) -> None:
    for number in range(OVERALL - 1):
        store.handovers._attempts.begin("code", f"{number}", NOW)
    for number in range(3):
        code = store.handovers.put({}, now=NOW, minutes=5)
        assert store.handovers.take(code, client=f"right {number}", now=NOW) == {}


def test_wrong_codes_spread_over_time_do_not_close_the_door(store: Store) -> None:
    for number in range(OVERALL + 1):
        store.handovers._attempts.begin("code", f"{number}", NOW + number * WINDOW / (OVERALL - 1))


def test_the_addresses_of_one_network_count_as_one_client_and_none_is_written_down(
    clinic: Clinic, store: Store
) -> None:
    for one in ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"):
        told(store.handovers.take, codes.new_code(), client=one, now=NOW)
    assert told(store.handovers.take, codes.new_code(), client="2001:db8::4", now=NOW)[0] == "handover.slow"
    for one in ("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.7"):
        told(store.handovers.take, codes.new_code(), client=one, now=NOW)
    assert told(store.handovers.take, codes.new_code(), client="192.0.2.7", now=NOW)[0] == "handover.slow"
    assert told(store.handovers.take, codes.new_code(), client="192.0.2.8", now=NOW)[0] == "handover.refused"
    written = str(clinic.ask("SELECT who FROM attempts"))
    assert "2001" not in written
    assert "192.0" not in written


# --- consultations


def test_a_saved_consultation_opens_unchanged_after_a_restart(store: Store) -> None:
    content = bytes(range(256)) * 400
    row = store.consultations.save(content, label="Fall 7 é", now=NOW, days=2)
    close_stores()
    again = the_store().consultations
    (kept,) = again.all(NOW)
    assert (kept.id, kept.label, kept.saved_at, kept.erased_at, kept.damaged) == (
        row,
        "Fall 7 é",
        NOW,
        NOW + 2 * DAY,
        False,
    )
    assert again.open(row, NOW) == content


def test_consultations_are_listed_with_the_latest_first(store: Store) -> None:
    for number in (2, 1, 3):
        store.consultations.save(b"", label=str(number), now=NOW + number * MINUTE, days=1)
    assert [one.label for one in store.consultations.all(NOW + DAY)] == ["3", "2", "1"]


def test_a_consultation_is_gone_when_its_days_are_over_or_it_was_erased(store: Store) -> None:
    over = store.consultations.save(b"x", label="", now=NOW, days=1)
    erased = store.consultations.save(b"x", label="", now=NOW, days=3)
    store.consultations.erase(erased)
    store.consultations.erase("never there")
    assert store.consultations.all(NOW + DAY) == ()
    for one in (over, erased, "never there"):
        assert told(store.consultations.open, one, NOW + DAY)[0] == "store.gone"


def test_neither_label_nor_content_stands_readable_in_the_database(clinic: Clinic, store: Store) -> None:
    store.consultations.save(b"MARKERANSWER", label="MARKERLABEL", now=NOW, days=1)
    rows = b"".join(bytes(one) for row in clinic.ask("SELECT label, content FROM consultations") for one in row)  # type: ignore[call-overload]
    assert rows
    assert b"MARKER" not in rows


# --- sign-ins


def test_a_sign_in_ends_when_idle_and_after_its_longest_time(store: Store) -> None:
    def holds(token: str, after: timedelta, *, touch: bool = True) -> bool:
        begun = store.sign_ins.check(token, now=NOW + after, idle=IDLE, absolute=ABSOLUTE, touch=touch)
        assert begun in (None, NOW)
        return begun is not None

    token = store.sign_ins.begin(now=NOW, kind="passphrase")
    assert not holds(token, IDLE)
    for step in range(1, 36):
        assert holds(token, step * 20 * MINUTE)
    assert not holds(token, ABSOLUTE)
    untouched = store.sign_ins.begin(now=NOW, kind="account")
    assert holds(untouched, 20 * MINUTE, touch=False)
    assert not holds(untouched, 40 * MINUTE)


def test_a_touch_is_written_down_every_thirty_seconds_at_most(clinic: Clinic, store: Store) -> None:
    token = store.sign_ins.begin(now=NOW, kind="passphrase")
    seen = set()
    for second in range(61):
        store.sign_ins.check(token, now=NOW + timedelta(seconds=second), idle=IDLE, absolute=ABSOLUTE, touch=True)
        seen.update(clinic.ask("SELECT seen_at FROM sign_ins"))
    assert len(seen) == 3


def test_a_sign_in_that_was_ended_or_never_began_does_not_hold(store: Store) -> None:
    def holds(token: str) -> bool:
        return store.sign_ins.check(token, now=NOW, idle=IDLE, absolute=ABSOLUTE, touch=True) is not None

    one, two, three = (store.sign_ins.begin(now=NOW, kind="passphrase") for _ in range(3))
    store.sign_ins.end(one)
    assert [holds(token) for token in (one, two, three, "", "x", "y" * 10_000, "\ud800")] == [
        False,
        True,
        True,
        *[False] * 4,
    ]
    store.sign_ins.end_all()
    assert not holds(two)
    assert not holds(three)


def test_a_token_does_not_stand_in_the_database_and_holds_256_bits(clinic: Clinic, store: Store) -> None:
    token = store.sign_ins.begin(now=NOW, kind="passphrase")
    assert len(token) >= 43
    assert token not in str(clinic.ask("SELECT * FROM sign_ins"))


def test_a_sign_in_of_the_future_does_not_hold(store: Store) -> None:
    token = store.sign_ins.begin(now=NOW + DAY, kind="passphrase")
    assert not store.sign_ins.check(token, now=NOW, idle=IDLE, absolute=ABSOLUTE, touch=True)


# --- passphrase


def test_the_passphrase_alone_is_right(store: Store) -> None:
    assert not store.passphrase.is_set()
    assert not store.passphrase.verify("", client="a", now=NOW)
    store.passphrase.set(GOOD)
    assert store.passphrase.is_set()
    assert store.passphrase.verify(GOOD, client="b", now=NOW)
    for wrong in ("", GOOD + " ", GOOD.upper()):
        assert not store.passphrase.verify(wrong, client=f"c{wrong}", now=NOW)


def test_a_letter_that_keyboards_spell_in_two_ways_is_one(store: Store) -> None:
    store.passphrase.set("cafe\N{COMBINING ACUTE ACCENT} du matin")
    assert store.passphrase.verify("café du matin", client="a", now=NOW)


def test_a_short_or_endless_passphrase_is_refused_and_changes_nothing(store: Store) -> None:
    store.passphrase.set(GOOD)
    for text, key in (("a" * 11, "lock.too_short"), ("a" * 1001, "lock.too_long")):
        with pytest.raises(InputError) as found:
            store.passphrase.set(text)
        assert found.value.key == key
        assert found.value.shown is None
    assert store.passphrase.verify(GOOD, client="a", now=NOW)
    assert not store.passphrase.verify("a" * 100_000, client="a", now=NOW)


def test_a_new_passphrase_ends_every_sign_in_and_lets_who_was_locked_out_try_again(store: Store) -> None:
    store.passphrase.set(GOOD)
    token = store.sign_ins.begin(now=NOW, kind="passphrase")
    for _ in range(3):
        assert not store.passphrase.verify("wrong", client="a", now=NOW)
    assert told(store.passphrase.verify, GOOD, client="a", now=NOW) == ("lock.slow", {"seconds": 2})
    store.passphrase.set(GOOD + "2")
    assert not store.sign_ins.check(token, now=NOW, idle=IDLE, absolute=ABSOLUTE, touch=True)
    assert not store.passphrase.verify(GOOD, client="a", now=NOW)
    assert store.passphrase.verify(GOOD + "2", client="a", now=NOW)


def test_a_removed_passphrase_opens_nothing_and_ends_every_sign_in(store: Store) -> None:
    assert not store.passphrase.remove()
    store.passphrase.set(GOOD)
    token = store.sign_ins.begin(now=NOW, kind="passphrase")
    assert store.passphrase.remove()
    assert not store.passphrase.is_set()
    assert not store.passphrase.verify(GOOD, client="a", now=NOW)
    assert not store.sign_ins.check(token, now=NOW, idle=IDLE, absolute=ABSOLUTE, touch=True)


def test_wrong_codes_do_not_lock_the_passphrase(store: Store) -> None:
    store.passphrase.set(GOOD)
    for _ in range(3):
        told(store.handovers.take, codes.new_code(), client="a", now=NOW)
    assert store.passphrase.verify(GOOD, client="a", now=NOW)


def test_a_guess_at_the_passphrase_costs_what_owasp_asks_for_at_least(cheap_hashes: None) -> None:
    """Source: OWASP password storage cheat sheet: Argon2id, 19 MiB, two passes."""
    real = PasswordHasher()
    assert real.type is Type.ID
    assert real.memory_cost >= 19 * 1024
    assert real.time_cost >= 2


def test_the_passphrase_is_kept_as_a_sealed_argon2id_hash(clinic: Clinic, store: Store) -> None:
    store.passphrase.set(GOOD)
    rows = b"".join(bytes(row[0]) for row in clinic.ask("SELECT content FROM secrets"))  # type: ignore[call-overload]
    assert b"argon2" not in rows
    assert GOOD.encode() not in rows


# --- audit log


def test_the_log_holds_time_versions_mode_language_event_and_error_number(store: Store) -> None:
    store.audit.record("start", mode="together", lang="de", now=NOW)
    store.audit.record("error", mode="tablet", lang="fr", now=NOW + MINUTE, error="E-1a2b")
    last, first = store.audit.last(5)
    assert (last.at, last.event, last.mode, last.lang, last.error) == (NOW + MINUTE, "error", "tablet", "fr", "E-1a2b")
    assert (first.at, first.event, first.error) == (NOW, "start", None)
    assert {(one.app_version, one.content_version) for one in (first, last)} == {(mesodash.__version__, load().version)}
    assert store.audit.last(1) == (last,)


@pytest.mark.parametrize(
    "wrong", [{"event": "diabetes"}, {"error": "my answer: yes"}, {"mode": "two words"}, {"lang": "é"}]
)
def test_what_might_be_an_answer_is_not_logged_anywhere(
    store: Store, wrong: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        store.audit.record(**{"event": "start", "mode": "tablet", "lang": "de", "now": NOW} | wrong)  # type: ignore[arg-type]
    assert store.audit.last(9) == ()
    assert [one.getMessage() for one in caplog.records] == ["audit: ValueError"]


def test_every_event_can_be_logged(store: Store) -> None:
    for one in EVENTS:
        store.audit.record(one, mode="together", lang="en", now=NOW)
    assert [one.event for one in store.audit.last(100)] == list(reversed(EVENTS))


# --- tidying up


def test_tidying_erases_what_is_over_and_nothing_else(clinic: Clinic, store: Store) -> None:
    def rows() -> list[int]:
        tables = ("handovers", "consultations", "sign_ins", "attempts", "audit")
        return [len(clinic.ask("SELECT 1 FROM " + one)) for one in tables]  # noqa: S608

    store.settings.write(ClinicSettings(audit_days=30))
    store.handovers.put({}, now=NOW, minutes=30)
    store.consultations.save(b"", label="", now=NOW, days=2)
    store.sign_ins.begin(now=NOW, kind="passphrase")
    told(store.handovers.take, codes.new_code(), client="a", now=NOW)
    store.audit.record("start", mode="together", lang="de", now=NOW)
    assert rows() == [1, 1, 1, 2, 1]
    for after, expected in (
        (29 * MINUTE, [1, 1, 1, 2, 1]),
        (30 * MINUTE, [0, 1, 0, 2, 1]),
        (DAY, [0, 1, 0, 0, 1]),
        (2 * DAY, [0, 0, 0, 0, 1]),
        (31 * DAY, [0, 0, 0, 0, 0]),
    ):
        store.tidy(NOW + after)
        assert rows() == expected
