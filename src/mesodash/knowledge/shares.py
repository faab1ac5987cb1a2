"""How far a share counted in a group may lie from the share of all such people."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_Z = Decimal("1.96")


def interval(per_100: Decimal, people: int) -> tuple[Decimal, Decimal]:
    """Return the ends of the 95 % interval of a share, per 100, one decimal, rounded outwards.

    Wilson's score interval (Wilson 1927, J Am Stat Assoc 22:209-212), which stays inside 0 to 100.

    Args:
        per_100: The share that was counted, 0 to 100.
        people: In how many people, one at least.
    """
    share = per_100 / 100
    spread = _Z * _Z / people
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * (share * (1 - share) / people + spread / (4 * people)).sqrt() / (1 + spread)
    tenth = Decimal("0.1")
    # At 0 and at 100 the interval touches the end exactly; the square root may miss it by a digit.
    low = Decimal(0) if share == 0 else (100 * (middle - half)).quantize(tenth, ROUND_FLOOR)
    high = Decimal(100) if share == 1 else (100 * (middle + half)).quantize(tenth, ROUND_CEILING)
    return low, high
