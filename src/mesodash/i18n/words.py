"""One language: texts by key, and numbers, dates and money as its readers write them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from mesodash.errors import MesodashError
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.months import whole_weeks
from mesodash.knowledge.records import Lang

if TYPE_CHECKING:
    from babel import Locale

# Regions only decide number and date patterns; the words are the same in all of them.
_LOCALES: dict[Lang, str] = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR"}


@functools.cache
def _locale(lang: Lang) -> Locale:
    # Imported here: commands that print JSON need no locale data.
    from babel import Locale

    return Locale.parse(_LOCALES[lang])


@functools.lru_cache(maxsize=4096)
def _money(lang: Lang, rounded: Decimal, currency: str, cents: bool) -> str:
    from babel.numbers import format_currency, get_currency_symbol

    digits = "#,##0.00" if cents else "#,##0"
    # Before the amount, a symbol touches it and letters do not: £300, CHF 300.
    gap = "\N{NO-BREAK SPACE}" if get_currency_symbol(currency, locale=_locale(lang))[-1:].isalpha() else ""
    pattern = f"¤{gap}{digits}" if lang == "en" else f"{digits}\N{NO-BREAK SPACE}¤"
    return format_currency(rounded, currency, format=pattern, locale=_locale(lang), currency_digits=False)


@functools.lru_cache(maxsize=4096)
def _number(lang: Lang, value: str, decimals: int | None) -> str:
    from babel.numbers import format_decimal

    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(
        Decimal(value), format=pattern, locale=_locale(lang), decimal_quantization=decimals is not None
    )


DayStyle = Literal["short", "medium", "long", "full"]


@functools.lru_cache(maxsize=4096)
def _day(lang: Lang, value: date, style: DayStyle) -> str:
    from babel.dates import format_date

    return _first_of_month(lang, value, format_date(value, format=style, locale=_locale(lang)))


@functools.lru_cache(maxsize=4096)
def _by_skeleton(lang: Lang, value: date, skeleton: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton(skeleton, value, locale=_locale(lang)))


def _first_of_month(lang: Lang, day: date, words: str) -> str:
    """Return `words` with the first day of a month as French counts it."""
    return f" {words}".replace(" 1 ", " 1er ", 1)[1:] if lang == "fr" and day.day == 1 else words


@functools.cache
def _weekdays(lang: Lang, width: Literal["wide", "abbreviated"]) -> tuple[str, ...]:
    from babel.dates import get_day_names

    names = get_day_names(width, "stand-alone", _locale(lang))
    return tuple(str(names[number]) for number in range(7))


TimeForm = Literal["for", "after", "bare"]

SOURCED = ("reason.", "thought.", "option_what.", "said.")
"""Beginnings of the keys of texts that state something: they are only given out together with their claims."""


class Words:
    """The words of one language over one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, lang: Lang) -> None:
        self.lang = lang
        self._texts = knowledge.texts(lang)

    def __call__(self, key: str, **values: str | int) -> str:
        """Return the text of `key` with its placeholders filled.

        Raises:
            KeyError: there is no such text; there is no fallback language.
            ValueError: the text states something, see `said`.
        """
        if key.startswith(SOURCED):
            raise ValueError(f"{key} states something; say it with its claims")
        return self._filled(key, values)

    def said(self, key: str, **values: str | int) -> str:
        """Return a text that states something. Whoever asks for it shows the claims it rests on beside it."""
        return self._filled(key, values)

    def _filled(self, key: str, values: Mapping[str, str | int]) -> str:
        text = self._texts[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self._texts

    def number(self, value: Decimal | int, *, decimals: int | None = None) -> str:
        """Return a number, with just `decimals` fraction digits where given, else with those it has."""
        # As text, because equal numbers may have unlike digits.
        return _number(self.lang, str(value), decimals)

    def money(self, value: Decimal, currency: str, *, cents: bool = False) -> str:
        """Return an amount with its currency; whole units unless `cents`, rounded half up."""
        rounded = value.quantize(Decimal("0.01") if cents else Decimal(1), ROUND_HALF_UP)
        return _money(self.lang, rounded, currency, cents)

    def money_range(self, low: Decimal, high: Decimal, currency: str, *, cents: bool = False) -> str:
        """Return "low to high", or one amount where both are the same."""
        ends = self.money(low, currency, cents=cents), self.money(high, currency, cents=cents)
        return ends[0] if ends[0] == ends[1] else self("range", low=ends[0], high=ends[1])

    def range(self, low: Decimal | int | None, high: Decimal | int | None) -> str:
        """Return "low to high" in figures; an end that is not known says so."""
        if low is None or high is None:
            known = low if low is not None else high
            return self("unknown_number") if known is None else self("range_open", low=self.number(known))
        return self.number(low) if low == high else self("range", low=self.number(low), high=self.number(high))

    def months(self, low: Decimal | None, high: Decimal | None, *, form: TimeForm = "for") -> str:
        """Return a time in months, an end that a source gave in weeks in weeks: "4 weeks to 3 months".

        Args:
            low, high: Months; one of them may be None, then the time is "up to" or "or more" ("or later").
            form: How long something takes, when it comes, or the figure alone where months are written beside it.
        """
        if low is None or high is None:
            if low is None:
                return self("unknown_number") if high is None else self("priority.up_to", high=self._time(high, form))
            key = "range_open" if form == "for" else "time.later" if form == "after" else "compare.later"
            return self(key, low=self._time(low, form))
        if (whole_weeks(low) is None) != (whole_weeks(high) is None):
            return self("range", low=self._time(low, "for"), high=self._time(high, "for" if form == "bare" else form))
        return self._time(low, form, high)

    def _time(self, first: Decimal, form: TimeForm, last: Decimal | None = None) -> str:
        """Return one time, or one from `first` to `last` where both are said in the same unit."""
        ends = [first] if last is None else [first, last]
        in_weeks = [whole_weeks(end) for end in ends]
        figures = [end if weeks is None else Decimal(weeks) for end, weeks in zip(ends, in_weeks, strict=True)]
        words = self.range(figures[0], figures[-1])
        if form == "bare" and in_weeks[0] is None:
            return words
        unit = "month" if in_weeks[0] is None else "week"
        one = ".one" if figures[-1] == 1 else ".after" if form == "after" else ""
        return self(f"time.{unit}{one}", range=words)

    def day(self, value: date, style: DayStyle = "medium") -> str:
        return _day(self.lang, value, style)

    def days(self, first: date, last: date, style: DayStyle = "medium") -> str:
        """Return a span of days, or one day where both are the same."""
        low, high = self.day(first, style), self.day(last, style)
        return low if first == last else self("range_days", low=low, high=high)

    def clock(self, value: datetime) -> str:
        """Return hours and minutes of an aware time, as the server's own clock shows them."""
        from babel.dates import format_time

        here = value.astimezone()
        return format_time(here, "short", tzinfo=here.tzinfo, locale=_locale(self.lang))

    def month(self, value: date) -> str:
        return _by_skeleton(self.lang, value, "yMMM")

    def day_month(self, value: date) -> str:
        """Return a day without its year, in few letters."""
        return _first_of_month(self.lang, value, _by_skeleton(self.lang, value, "MMMd"))

    def month_year(self, value: date) -> str:
        """Return a month in full with its year."""
        return _by_skeleton(self.lang, value, "yMMMM")

    def weekday(self, number: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
        """Return the name of a weekday, Monday being 0."""
        return _weekdays(self.lang, width)[number]

    def country(self, code: str) -> str:
        """Return the name of a country by its code of two letters; the code itself where there is no name."""
        return str(_locale(self.lang).territories.get(code, code))

    def list(self, items: list[str]) -> str:
        """Return "a, b and c"."""
        from babel.lists import format_list

        return format_list(items, locale=_locale(self.lang))

    def quoted(self, items: Sequence[str]) -> str:
        """Return "“A” and “B”", for items that begin as a sentence does; one alone needs no quotes."""
        return self.list([item if len(items) == 1 else self("quoted", text=item) for item in items])

    def breakable(self, text: str) -> str:
        """Return `text` with soft hyphens in its long words, for narrow columns: not every browser knows where."""
        for word in self("breaks").split():
            text = text.replace(word.replace("|", ""), word.replace("|", "\u00ad"))
        return text

    def parted(self, parts: Iterable[str]) -> str:
        """Return "a; b; c", for parts that hold commas of their own."""
        return self("parted", first="", rest="").join(parts)

    def lower_first(self, text: str) -> str:
        """Return `text` for the middle of a sentence. German nouns keep their capital."""
        return text if self.lang == "de" else text[:1].lower() + text[1:]


def fault(words: Words, error: MesodashError) -> str:
    """Return what went wrong without the value that was given: pages and logs never repeat an answer."""
    from mesodash.errors import InputError, StoreError

    return words(error.key, **error.params) if isinstance(error, InputError | StoreError) else str(error)
