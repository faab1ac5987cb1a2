"""Why a day is not open for a session."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import TYPE_CHECKING, Literal

from mesodash.errors import InputError

if TYPE_CHECKING:
    from holidays import HolidayBase

ClosedBecause = Literal["closed_weekday", "avoided", "holiday"]

_LISTED_BELOW = 30
_CODE = 3
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def closed_because(
    *,
    weekdays: AbstractSet[int],
    avoid: Sequence[tuple[date, date]],
    country: str | None,
    subdivision: str | None,
) -> Callable[[date], ClosedBecause | None]:
    """Return a function that says why a day is closed; None means that it is open.

    Where several reasons hold, the first of weekday, avoided span, public holiday is given. Holidays are those of the
    package `holidays`; for years it does not cover (mostly after 2100) it knows none, and such days are open.

    Args:
        weekdays: Monday is 0.
        avoid: Spans of days; both ends belong to them.
        country: ISO 3166 code of two letters, or UK. None closes no holiday.
        subdivision: The code of a region; closes its holidays too.

    Raises:
        InputError: `country` or `subdivision` is not known.
    """
    public = None if country is None and subdivision is None else _public_holidays(country, subdivision)

    # Whoever looks for a better first day asks for the same days again and again.
    @functools.cache
    def because(day: date) -> ClosedBecause | None:
        if day.weekday() in weekdays:
            return "closed_weekday"
        if any(first <= day <= last for first, last in avoid):
            return "avoided"
        if public is not None and day in public:
            return "holiday"
        return None

    return because


def _public_holidays(country: str | None, subdivision: str | None) -> HolidayBase:
    from holidays import country_holidays

    if country is None:
        raise InputError("error.required", field="country")
    if _COUNTRY.fullmatch(country) is None:
        raise InputError("error.unknown_country", field="country", shown=country)
    try:
        national = country_holidays(country)
    except NotImplementedError:
        raise InputError("error.unknown_country", field="country", shown=country) from None
    if subdivision is None:
        return national
    allowed = national.subdivisions
    if not allowed:
        raise InputError("error.not_taken", field="subdivision", shown=subdivision)
    if subdivision in allowed:
        return country_holidays(country, subdiv=subdivision)
    if len(allowed) < _LISTED_BELOW:
        params = {"allowed": ", ".join(allowed)}
        raise InputError("error.unknown_subdivision", field="subdivision", shown=subdivision, params=params)
    raise InputError("error.unknown_country", field="subdivision", shown=subdivision)


def holiday_name(day: date, country: str, subdivision: str | None, lang: str) -> str | None:
    """Return what a public holiday is called: in `lang` where that is known, else as the country calls it.

    Raises:
        InputError: `country` or `subdivision` is not known.
    """
    from holidays import country_holidays

    public = _public_holidays(country, subdivision)
    spoken = next((one for one in public.supported_languages if one[:2] == lang), None)
    named = public if spoken is None else country_holidays(country, subdiv=subdivision, language=spoken)
    name: str | None = named.get(day)
    return name


def holidays_known_until(country: str) -> int:
    """Return the last year whose public holidays are known; later years have none here.

    Raises:
        InputError: `country` is not known.
    """
    return int(_public_holidays(country, None).end_year)


@functools.cache
def places() -> dict[str, tuple[str, ...]]:
    """Return the countries whose public holidays are known, each with the codes of its regions."""
    from holidays import list_supported_countries

    return {country: tuple(regions) for country, regions in list_supported_countries(include_aliases=False).items()}


@functools.lru_cache(maxsize=32)
def region_names(country: str) -> dict[str, str]:
    """Return the regions of a country by their codes: the name that the country gives them, else the code itself."""
    public = _public_holidays(country, None)
    names = {
        code: next((name for name in aliases if len(name) > _CODE), None)
        for code, aliases in public.get_subdivision_aliases().items()
    }
    return {code: names.get(code) or code for code in public.subdivisions}
