"""`cost`: what a course costs over some years."""

from __future__ import annotations

from decimal import Decimal

import click

from mesodash.cli import inputs
from mesodash.cli.options import Answer, Command, as_text, option
from mesodash.domain import cost as domain
from mesodash.errors import InputError
from mesodash.knowledge.records import ALL_OPTIONS


@click.command(cls=Command, help="Say what a course costs over some years, as a range with its causes.")
@option("--option", "ID", "Which option; required.")
@option("--sessions", "A..B", "Sessions of the course; required.")
@option("--price", "P..Q", "Price of a session; required.")
@option("--currency", "EUR", "Three capital letters; required.")
@option("--interval-days", "D", "Days between two sessions of the course.", "14")
@option("--maintenance-months", "M..N", "Months between two maintenance sessions.")
@option("--maintenance-price", "P..Q", "Price of a maintenance session.")
@option("--horizon-years", "Y", "Years to count.", "5")
@option("--vat", "PERCENT", "Value added tax on every part.")
@option("--discount", "PERCENT", "Taken off sessions of the course.")
@option("--discount-from", "K", "First session of the course with the discount.")
@option("--upfront", "P..Q", "What is paid once at the start.")
def command(
    option: str | None,
    sessions: str | None,
    price: str | None,
    currency: str | None,
    interval_days: str,
    maintenance_months: str | None,
    maintenance_price: str | None,
    horizon_years: str,
    vat: str | None,
    discount: str | None,
    discount_from: str | None,
    upfront: str | None,
) -> Answer:
    if discount_from is not None and discount is None:
        raise InputError(
            "error.goes_together", field="discount-from", shown=discount_from, params={"other": "discount"}
        )
    zero, hundred = Decimal(0), Decimal(100)
    estimate = domain.estimate(
        domain.CostInputs(
            option=inputs.choice("option", inputs.given("option", option, ", ".join(ALL_OPTIONS)), ALL_OPTIONS),
            sessions=inputs.whole_range(
                "sessions", inputs.given("sessions", sessions, "A..B"), 0, domain.MOST_SESSIONS
            ),
            price=inputs.amount_range("price", inputs.given("price", price, "P..Q")),
            currency=inputs.given("currency", currency, "EUR, GBP, USD, ..."),
            interval_days=inputs.whole("interval-days", interval_days, 1, domain.MOST_INTERVAL_DAYS),
            maintenance_months=None
            if maintenance_months is None
            else inputs.whole_range("maintenance-months", maintenance_months, 1, domain.MOST_MAINTENANCE_MONTHS),
            maintenance_price=None
            if maintenance_price is None
            else inputs.amount_range("maintenance-price", maintenance_price),
            horizon_years=inputs.whole("horizon-years", horizon_years, 1, domain.MOST_HORIZON_YEARS),
            vat=zero if vat is None else inputs.amount("vat", vat, hundred),
            discount=zero if discount is None else inputs.amount("discount", discount, hundred),
            discount_from=1
            if discount_from is None
            else inputs.whole("discount-from", discount_from, 1, domain.MOST_SESSIONS),
            upfront=(zero, zero) if upfront is None else inputs.amount_range("upfront", upfront),
        )
    )
    yield as_text(domain.as_json(estimate))
