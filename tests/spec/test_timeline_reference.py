"""`timeline` against the contract's words done a second time: every date tried one after another."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from mesodash.cli.main import run

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# sessions, interval, maintenance months, the other end of maintenance
STATED: dict[str, tuple[int | None, int | None, int | None, int | None]] = {
    "four_fortnightly": (4, 14, 2, 3),
    "six_to_ten": (None, None, None, None),
    "monthly_then_as_needed": (4, 14, 1, None),
    "prp_standard": (3, 28, 6, None),
    "transplant_course": (1, None, None, None),
    "custom": (None, None, None, None),
}


def months_after(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def closed_in_germany(day: date) -> bool:
    """Nine public holidays of the whole country; Easter after Gauss, in Lichtenberg's form."""
    k = day.year // 100
    moon = (19 * (day.year % 19) + 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25) % 30
    limit = 21 + moon - (moon + day.year % 19 // 11) // 29
    sunday = 7 - (day.year + day.year // 4 + 2 - (3 * k + 3) // 4) % 7
    easter = date(day.year, 3, 1) + timedelta(days=limit + 7 - (limit - sunday) % 7 - 1)
    fixed = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
    return (day.month, day.day) in fixed or (day - easter).days in (-2, 1, 39, 50)


def expected(wish: dict[str, Any]) -> tuple[list[dict[str, Any]], date]:
    """Return the sessions as printed, but with True or False as `conflict`."""
    count, interval, months, latest = STATED[wish["protocol"]]
    count, interval = wish.get("sessions") or count, wish.get("interval-days") or interval or 0
    if "maintenance-months" in wish:
        months, latest = wish["maintenance-months"], None
    end = months_after(wish["start"], wish["horizon-months"])
    aims = [wish["start"] + timedelta(days=number * interval) for number in range(count or 0)]
    spans: list[date | None] = [None] * len(aims)
    last = aims[-1]
    while months is not None and (aim := months_after(last, months * (len(aims) - (count or 0) + 1))) <= end:
        spans.append(months_after(last, latest * (len(aims) - (count or 0) + 1)) if latest else None)
        aims.append(aim)

    def is_open(day: date) -> bool:
        avoided = any(first <= day <= final for first, final in wish["avoid"])
        holiday = wish["holidays"] and closed_in_germany(day)
        return not avoided and not holiday and WEEKDAYS[day.weekday()] not in wish["closed"]

    placed: list[date] = []
    sessions: list[dict[str, Any]] = []
    for place, aim in enumerate(aims):

        def allowed(day: date, place: int = place, aim: date = aim) -> bool:
            if day < wish["start"] or not is_open(day):
                return False
            if place and (day - placed[place - 1]).days < (aim - aims[place - 1]).days / 2:
                return False
            return place + 1 == len(aims) or (aims[place + 1] - day).days >= (aims[place + 1] - aim).days / 2

        tolerance = wish["tolerance-days"]
        days = [aim + timedelta(days=step) for step in range(-tolerance, tolerance + 1)]
        days = sorted((day for day in days if allowed(day)), key=lambda day: (abs((day - aim).days), day))
        day = aim if is_open(aim) or not days else days[0]
        placed.append(day)
        span = spans[place]
        session = {
            "index": place + 1,
            "phase": "course" if place < (count or 0) else "maintenance",
            "aimed": aim.isoformat(),
            "date": day.isoformat(),
            "moved_days": (day - aim).days,
            "conflict": not is_open(aim) and not days,
        }
        sessions.append(session if span is None else {**session, "aimed_latest": span.isoformat()})
    return sessions, end


def some_wish(random: Random) -> dict[str, Any]:
    protocol = random.choice(list(STATED))
    ends = [date(2027, 12, 31), date(2028, 2, 29), date(2027, 3, 31), date(2094, 11, 30), date(2026, 8, 31)]
    start = random.choice([*ends, date(2026, 1, 1) + timedelta(days=random.randrange(1500))])
    wish: dict[str, Any] = {"protocol": protocol, "start": start, "horizon-months": random.choice((1, 6, 12, 24, 60))}
    if protocol == "six_to_ten":
        wish |= {"sessions": random.randint(6, 10), "interval-days": random.randint(7, 28)}
    elif protocol != "transplant_course" and (protocol == "custom" or random.random() < 0.5):
        wish |= {"sessions": random.randint(1, 20), "interval-days": random.choice((1, 2, 3, 7, 9, 13, 29, 30, 31))}
    if protocol not in ("six_to_ten", "transplant_course") and random.random() < 0.5:
        wish["maintenance-months"] = random.choice((1, 2, 3, 5, 12))
    spans = [(start + timedelta(days=random.randrange(-5, 400)), random.choice((0, 1, 6, 20))) for _ in range(4)]
    wish["avoid"] = [(day, day + timedelta(days=more)) for day, more in spans[: random.randrange(5)]]
    wish["closed"] = random.sample(WEEKDAYS, random.choice((0, 0, 1, 2, 5, 6)))
    wish["tolerance-days"] = random.choice((0, 1, 3, 4, 4, 4, 10))
    wish["holidays"] = random.random() < 0.4
    return wish


def arguments(wish: dict[str, Any]) -> list[str]:
    plain = [f"--{name}={value}" for name, value in wish.items() if name not in ("avoid", "closed", "holidays")]
    avoid = [f"--avoid={first}..{last}" for first, last in wish["avoid"]]
    closed = [f"--closed-weekdays={','.join(wish['closed'])}"] if wish["closed"] else []
    return ["timeline", *plain, *avoid, *closed, *(["--country=DE"] if wish["holidays"] else [])]


@pytest.mark.parametrize("seed", range(8))
def test_timeline_prints_the_dates_the_contract_gives(seed: int, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    random = Random(seed)
    for _ in range(40):
        wish = some_wish(random)
        assert run(arguments(wish)) == 0, arguments(wish)
        printed = json.loads(capsysbinary.readouterr().out)
        got = [event for event in printed["events"] if event["kind"] == "session"]
        conflicts = [
            {"session": session["index"], "aimed": session["aimed"], "cause": session["conflict"]}
            for session in got
            if session["conflict"] is not None
        ]
        sessions, end = expected(wish)
        fields = set(sessions[0]) | {"aimed_latest"}
        shown = [{name: session[name] for name in session if name in fields} for session in got]
        shown = [{**session, "conflict": session["conflict"] is not None} for session in shown]
        assert (shown, printed["horizon_end"]) == (sessions, end.isoformat()), " ".join(arguments(wish))
        assert printed["conflicts"] == conflicts
        days = [date.fromisoformat(session["date"]) for session in sessions if session["phase"] == "course"]
        marks = {e["name"]: (e["earliest"], e["latest"]) for e in printed["events"] if e["kind"] == "milestone"}
        if wish["protocol"] != "transplant_course":
            assert marks["course_end"] == (str(days[-1]), str(days[-1]))
            visible = (str(days[2]), str(days[2:4][-1])) if len(days) > 2 else None
            assert marks.get("first_visible_result") == visible, " ".join(arguments(wish))
        fades = (str(months_after(days[-1], 12)), str(months_after(days[-1], 18)))
        assert marks.get("effect_fades") == (fades if wish["protocol"] == "six_to_ten" else None)
