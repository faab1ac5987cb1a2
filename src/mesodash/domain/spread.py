"""Why a range is wide: what each input would do to the sum if it were settled, and what a year of effect costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Literal, get_args

from mesodash.domain.cost import CostInputs, Estimate, Range, estimate

FactorId = Literal["sessions", "price", "grafts", "months", "after", "upfront", "duration"]
FACTORS: tuple[FactorId, ...] = get_args(FactorId)
_YEAR = Decimal(12)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Swing:
    """What one input does to the range when it alone is settled. Both amounts are zero or more.

    `falls`: how far the high end comes down with the input at its cheap end; `rises`: how far the low end goes up with
    the input at its dear end.
    """

    factor: FactorId
    falls: Decimal
    rises: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """A range, and the same range with one input at its cheap and at its dear end."""

    factor: FactorId
    cheap: Range
    dear: Range


def swings(whole: Range, settled: tuple[Settled, ...]) -> tuple[Swing, ...]:
    """Return the swing of each input that has one, the largest first; inputs that tie keep the order of `FACTORS`."""
    found = [Swing(one.factor, whole.high - one.cheap.high, one.dear.low - whole.low) for one in settled]
    wide = [one for one in found if one.falls > 0 or one.rises > 0]
    return tuple(sorted(wide, key=lambda one: (-(one.falls + one.rises), FACTORS.index(one.factor))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grafts:
    """A transplant paid by the graft: how many, and the price of each. `CostInputs.price` holds their product."""

    number: tuple[int, int]
    price: tuple[Decimal, Decimal]

    @property
    def product(self) -> tuple[Decimal, Decimal]:
        return self.number[0] * self.price[0], self.number[1] * self.price[1]

    def parts(self, width: Decimal) -> tuple[Decimal, Decimal]:
        """Return `width`, a distance that the product makes, as what its number and what its price bring to it.

        As in the causes of an estimate, the number counts at the lowest price and the price for the highest number.
        """
        low, high = self.product
        if high == low:
            return Decimal(0), width
        part = width * (self.number[1] - self.number[0]) * self.price[0] / (high - low)
        return part, width - part


def settle(
    inputs: CostInputs, result_of: Callable[[CostInputs], Range], *, same_after: bool, grafts: Grafts | None = None
) -> tuple[Settled, ...]:
    """Return the range with each input of the sum settled in turn, all others left as wide as they are.

    Args:
        same_after: A maintenance session costs what a session costs, so both prices are one input.
        grafts: The price of the operation is the product of two inputs.
    """
    found: list[Settled] = []

    def add(factor: FactorId, cheap: CostInputs, dear: CostInputs) -> None:
        found.append(Settled(factor, result_of(cheap), result_of(dear)))

    fewest, most = inputs.sessions
    add("sessions", replace(inputs, sessions=(fewest, fewest)), replace(inputs, sessions=(most, most)))
    if grafts is None:
        low, high = (_at_price(inputs, price, same_after) for price in inputs.price)
        add("price", low, high)
    else:
        for name in ("grafts", "price"):
            ends = []
            for place in (0, 1):
                number = (grafts.number[place],) * 2 if name == "grafts" else grafts.number
                price = (grafts.price[place],) * 2 if name == "price" else grafts.price
                ends.append(replace(inputs, price=Grafts(number=number, price=price).product))
            add("grafts" if name == "grafts" else "price", *ends)
    if inputs.maintenance_months is not None and inputs.maintenance_price is not None:
        often, seldom = inputs.maintenance_months
        add(
            "months",
            replace(inputs, maintenance_months=(seldom, seldom)),
            replace(inputs, maintenance_months=(often, often)),
        )
        if not same_after:
            cheap, dear = inputs.maintenance_price
            add(
                "after",
                replace(inputs, maintenance_price=(cheap, cheap)),
                replace(inputs, maintenance_price=(dear, dear)),
            )
    if inputs.repeat_months is not None:
        shortest, longest = inputs.repeat_months
        add(
            "duration",
            replace(inputs, repeat_months=(longest, longest)),
            replace(inputs, repeat_months=(shortest, shortest)),
        )
    cheap, dear = inputs.upfront
    add("upfront", replace(inputs, upfront=(cheap, cheap)), replace(inputs, upfront=(dear, dear)))
    return tuple(found)


def whole_sum(inputs: CostInputs) -> Range:
    """Return both ends of the sum over the horizon."""
    result = estimate(inputs)
    return Range(low=result.low, high=result.high)


def per_effect_year(
    result: Estimate, months: tuple[Decimal | None, Decimal | None]
) -> tuple[Decimal | None, Decimal | None]:
    """Return what a year of the reported effect costs after one course, an end None where nobody says its length.

    The course and what is paid at the start, over the months for which the effect is said to last after the course. The
    longest effect belongs to the low end. Quotients have 28 digits.

    Raises:
        ValueError: A length is not above zero.
    """
    shortest, longest = months
    if any(end is not None and end <= 0 for end in months):
        raise ValueError("an effect that lasts no time has no cost per year")
    low = result.upfront.low + result.course.low
    high = result.upfront.high + result.course.high
    return (
        None if longest is None else low * _YEAR / longest,
        None if shortest is None else high * _YEAR / shortest,
    )


def settle_effect_year(
    inputs: CostInputs, months: tuple[Decimal, Decimal], *, grafts: Grafts | None = None
) -> tuple[Range, tuple[Settled, ...]]:
    """Return the cost of a year of reported effect, and the same with each input settled.

    What follows the course plays no part.
    """
    course = replace(inputs, maintenance_months=None, maintenance_price=None, repeat_months=None)

    def of(some: CostInputs, lasts: tuple[Decimal, Decimal] = months) -> Range:
        result = estimate(some)
        low, high = result.upfront.low + result.course.low, result.upfront.high + result.course.high
        return Range(low=low * _YEAR / lasts[1], high=high * _YEAR / lasts[0])

    shortest, longest = months
    duration = Settled("duration", of(course, (longest, longest)), of(course, (shortest, shortest)))
    return of(course), (*settle(course, of, same_after=True, grafts=grafts), duration)


def shares(swing: Swing, widest: Decimal) -> tuple[Decimal, Decimal]:
    """Return both amounts as percentages of the widest one, rounded down, for drawing."""
    if not widest:
        return Decimal(0), Decimal(0)
    return (
        (swing.falls * 100 / widest).quantize(_CENT, ROUND_DOWN),
        (swing.rises * 100 / widest).quantize(_CENT, ROUND_DOWN),
    )


def _at_price(inputs: CostInputs, price: Decimal, same_after: bool) -> CostInputs:
    after = inputs.maintenance_price
    return replace(
        inputs,
        price=(price, price),
        maintenance_price=(price, price) if same_after and after is not None else after,
    )
