"""`cost` against the contract's arithmetic done a second time, session by session and exactly."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from mesodash.cli.main import run

START = date(2001, 1, 1)
Range = tuple[Any, Any]


def months_after(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def in_cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def scenario(inputs: dict[str, Any], end: int, other: int) -> dict[str, list[tuple[int, Fraction]]]:
    """Return each part's (year, amount with VAT); `end` 0 is the low one, `other` the end the course takes for room."""
    vat = 1 + Fraction(inputs["vat"]) / 100
    horizon = months_after(START, 12 * inputs["years"])

    def year_of(day: date) -> int:
        return min(int(inputs["years"]), day.year - START.year + 1)

    course = []
    for number in range(1, inputs["sessions"][end] + 1):
        price = Fraction(inputs["price"][end])
        if number >= inputs["discount_from"]:
            price *= 1 - Fraction(inputs["discount"]) / 100
        course.append((year_of(START + timedelta(days=(number - 1) * inputs["interval"])), price * vat))
    maintenance = []
    if inputs["months"] is not None:
        last = START + timedelta(days=(inputs["sessions"][other] - 1) * inputs["interval"])
        every = inputs["months"][other]
        day = months_after(last, every)
        while day <= horizon:
            maintenance.append((year_of(day), Fraction(inputs["maintenance_price"][end]) * vat))
            day = months_after(last, every * (len(maintenance) + 1))
    return {"upfront": [(1, Fraction(inputs["upfront"][end]) * vat)], "course": course, "maintenance": maintenance}


def expected(inputs: dict[str, Any]) -> dict[str, Any]:
    low, high = scenario(inputs, 0, 1), scenario(inputs, 1, 0)
    cheap_but_long = scenario({**inputs, "sessions": (inputs["sessions"][1],) * 2}, 0, 1)

    def total(entries: list[tuple[int, Fraction]]) -> Fraction:
        return sum((amount for _, amount in entries), Fraction(0))

    def both(low_entries: list[tuple[int, Fraction]], high_entries: list[tuple[int, Fraction]]) -> dict[str, Decimal]:
        return {"low": in_cents(total(low_entries)), "high": in_cents(total(high_entries))}

    everything = [[entry for part in one.values() for entry in part] for one in (low, high)]
    widths = {
        "sessions": total(cheap_but_long["course"]) - total(low["course"]),
        "price": total(high["course"]) - total(cheap_but_long["course"]),
        "maintenance": total(high["maintenance"]) - total(low["maintenance"]),
        "upfront": total(high["upfront"]) - total(low["upfront"]),
    }
    return {
        **both(*everything),
        **{part: both(low[part], high[part]) for part in low},
        "counts": (len(low["maintenance"]), len(high["maintenance"])),
        "per_year": [
            both(*([entry for entry in entries if entry[0] == year] for entries in everything))
            for year in range(1, inputs["years"] + 1)
        ],
        "causes": {cause: in_cents(width) for cause, width in widths.items()},
    }


def some_inputs(random: Random) -> dict[str, Any]:
    def ends(low: int, high: int) -> Range:
        one, two = sorted(random.randint(low, high) for _ in range(2))
        return (one, one) if random.random() < 0.3 else (one, two)

    def money(most: int) -> Range:
        return tuple(Decimal(end) / 100 for end in ends(0, most * 100))  # type: ignore[return-value]

    maintained = random.random() < 0.8
    return {
        "sessions": ends(1, random.choice((4, 12, 60))),
        "price": money(900),
        "interval": random.choice((1, 7, 14, 28, 30, 31, 59, 365, random.randint(1, 365))),
        "months": ends(1, random.choice((3, 12, 24))) if maintained else None,
        "maintenance_price": money(300) if maintained else None,
        "years": random.randint(1, 10),
        "vat": random.choice((Decimal(0), Decimal(19), Decimal("8.1"), Decimal("99.99"), Decimal(100))),
        "discount": random.choice((Decimal(0), Decimal(10), Decimal("33.33"), Decimal(100))),
        "discount_from": random.randint(1, 12),
        "upfront": money(200),
    }


def arguments(inputs: dict[str, Any]) -> list[str]:
    names = {"years": "horizon-years", "interval": "interval-days", "months": "maintenance-months"}
    given = ["cost", "--option", "prp", "--currency", "EUR"]
    for key, value in inputs.items():
        if value is not None and (key != "discount_from" or inputs["discount"]):
            text = str(value) if not isinstance(value, tuple) else "..".join(str(end) for end in value)
            given.append(f"--{names.get(key, key.replace('_', '-'))}={text}")
    return given


@pytest.mark.parametrize("seed", range(8))
def test_cost_prints_what_the_contract_adds_up(seed: int, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    random = Random(seed)
    for _ in range(50):
        inputs = some_inputs(random)
        assert run(arguments(inputs)) == 0
        printed = json.loads(capsysbinary.readouterr().out)
        wanted = expected(inputs)

        def shown(amounts: dict[str, str]) -> dict[str, Decimal]:
            return {end: Decimal(amounts[end]) for end in ("low", "high")}

        got: dict[str, Any] = {
            **shown(printed),
            **{part: shown(printed[part]) for part in ("upfront", "course", "maintenance")},
            "counts": (printed["maintenance"]["sessions_low"], printed["maintenance"]["sessions_high"]),
            "per_year": [shown(year) for year in printed["per_year"]],
            "causes": {one["cause"]: Decimal(one["width"]) for one in printed["causes"]},
        }
        causes, wanted_causes = got.pop("causes"), wanted.pop("causes")
        assert got == wanted, " ".join(arguments(inputs))
        # Their sum is exact, so the widest cause takes up what rounding leaves.
        assert sum(causes.values()) == got["high"] - got["low"]
        assert causes.keys() == wanted_causes.keys()
        assert all(abs(width - wanted_causes[cause]) <= Decimal("0.03") for cause, width in causes.items())
