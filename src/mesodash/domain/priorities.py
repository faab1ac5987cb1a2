"""How often each option comes first over all ways of reading what a person said matters (SMAA).

Stochastic multicriteria acceptability analysis: Lahdelma, Hokkanen and Salminen 1998, European Journal of Operational
Research 106:137-143; Lahdelma and Salminen 2001 (SMAA-2), Operations Research 49:444-454. Weights are drawn evenly from
all those that agree with what was said, values evenly from the range that sources give; an unknown one from the whole
scale. The value of a criterion goes straight from the unwanted end of its scale (0) to the wanted one (1).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mesodash.domain.answers import Answers, situation
from mesodash.domain.truth import State, Truth, evaluate
from mesodash.errors import InputError
from mesodash.knowledge import KnowledgeBase
from mesodash.knowledge.records import ALL_OPTIONS, Criterion, OptionId, Performance

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]
    """Of single precision where there is one per draw: half the memory to go through."""

DRAWS = 20_000
MOST_POINTS = 10
SPREADS = (10, 20, 50)
"""By how many per cent each of the fine weights may be more or less than what was said."""

_SAME = 1e-6
"""Scores that differ by less are level: what single precision leaves of a sum of parts of 1."""
_SORTED = 5_000
_WEIGHTS, _VALUES, _POINTS = range(3)
"""Streams of random numbers."""
_AS_FAR_AS_NOTHING = 10.0
MOST_TIMES = 10
"""A weight that has to become more than so many times as great is no change worth a sentence."""
Money = Mapping[OptionId, tuple[Decimal, Decimal] | None]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Criteria in the order in which they matter; those in one group matter alike, those left out no more than any."""

    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Points from 0 to `MOST_POINTS` per criterion; each weight may be up to `spread` per cent more or less."""

    points: Mapping[str, int]
    spread: int = SPREADS[1]


Wishes = Ranking | Points


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which the sources can be read for this person. `says` names the people; None: all others."""

    says: str | None
    performance: Performance


@dataclass(frozen=True, slots=True)
class Reach:
    """What an option can be on one criterion, in its unit. `low` and `high` are ends of the scale where unknown.

    `readings`: those that the answers leave open, of which this is the span; one of them where the answers decide.
    `waits_for`: the questions without an answer that would tell which of them holds.
    """

    low: Decimal
    high: Decimal
    low_known: bool
    high_known: bool
    readings: tuple[Reading, ...] = ()
    waits_for: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.low_known or self.high_known

    @property
    def none(self) -> bool:
        """True if there is no such thing for this person, whichever reading holds."""
        return bool(self.readings) and all(one.performance.none for one in self.readings)


@dataclass(frozen=True, slots=True)
class Measure:
    """One criterion: the ends of its scale, which is wanted, and where each option can lie on it.

    `scale` is None where there is no figure at all, which only happens with money: no price is known.
    """

    criterion: str
    scale: tuple[Decimal, Decimal] | None
    low_is_better: bool
    reach: Mapping[OptionId, Reach | None]

    @property
    def silent(self) -> bool:
        """True if nothing at all is known for any of the options."""
        return not any(one is not None and one.known for one in self.reach.values())

    def value(self, option: OptionId) -> tuple[float, float]:
        """Return the lowest and the highest value of an option, 0 the unwanted end of the scale, 1 the wanted one."""
        one = self.reach[option]
        if self.scale is None or one is None:
            return 0.0, 1.0
        start, width = self.scale[0], self.scale[1] - self.scale[0]
        low, high = (float((end - start) / width) for end in (one.low, one.high))
        return (1 - high, 1 - low) if self.low_is_better else (low, high)


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of one weight after which `second` is ahead of `first` in half of the ways.

    `factor`: by what its weight is multiplied while the others keep their proportion, from a tenth to ten times; 0
    means that it no longer counts.
    """

    criterion: str
    factor: float


@dataclass(frozen=True, slots=True)
class Result:
    """How the options come out. Shares are parts of 1, one per place from first to last.

    `ahead`: in what share of the ways `order[0]` is ahead of `order[1]`, a draw counting half. `flip` None: no
    change of a single weight turns these two. `weights`: the mean weight of each criterion.
    """

    order: tuple[OptionId, ...]
    shares: Mapping[OptionId, tuple[float, ...]]
    ahead: float
    flip: Flip | None
    weights: Mapping[str, float]
    silent: tuple[str, ...]


def measures(
    knowledge: KnowledgeBase, options: Sequence[OptionId], answers: Answers, money: Money
) -> tuple[Measure, ...]:
    """Return every criterion with what is known about `options` for a person with these answers.

    Args:
        money: The cost of each option over the years that count, in one currency; None where a price is missing. Its
            scale goes from nothing to the highest of them.
    """
    states = situation(knowledge.questions, answers).states
    found = []
    for criterion in knowledge.criteria.values():
        low_is_better = criterion.better == "low"
        if criterion.scale is None or criterion.options is None:
            sums = {option: money.get(option) for option in options}
            top = max((one[1] for one in sums.values() if one is not None), default=Decimal(0))
            scale = (Decimal(0), top) if top else None
            known = {option: None if one is None else Reach(*one, True, True) for option, one in sums.items()}
            found.append(Measure(criterion.id, scale, low_is_better, known))
            continue
        ends = (criterion.scale.low.value, criterion.scale.high.value)
        reach: dict[OptionId, Reach | None] = {
            option: replace(
                _span(criterion, tuple(readings(performance, states)), ends), waits_for=_waits_for(performance, states)
            )
            for option in options
            for performance in (criterion.options[option],)
        }
        found.append(Measure(criterion.id, ends, low_is_better, reach))
    return tuple(found)


def readings(performance: Performance, states: Mapping[str, State]) -> Iterator[Reading]:
    """Yield the readings that can hold: each case that may be true, up to the first that surely is.

    Where none surely is, what counts for all others comes last.
    """
    for case in performance.cases:
        truth = evaluate(case.when, states)
        if truth is not Truth.NO:
            yield Reading(case.says, case.reads)
        if truth is Truth.YES:
            return
    yield Reading(None, performance)


def _waits_for(performance: Performance, states: Mapping[str, State]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for case in performance.cases:
        truth = evaluate(case.when, states)
        if truth is Truth.YES:
            break
        if truth is Truth.UNKNOWN:
            found |= dict.fromkeys(name for name in case.when.questions() if states[name] is None)
    return tuple(found)


def reach_of(criterion: Criterion, one: Reading) -> Reach:
    """Return what one reading says on a criterion with a scale of its own."""
    if criterion.scale is None:
        raise ValueError(f"{criterion.id}: no scale")
    return _span(criterion, (one,), (criterion.scale.low.value, criterion.scale.high.value))


def _span(criterion: Criterion, open_readings: tuple[Reading, ...], ends: tuple[Decimal, Decimal]) -> Reach:
    """Return all that the readings allow together, from the least to the most: never a middle of them."""
    unwanted = ends[1] if criterion.better == "low" else ends[0]
    each = [
        (unwanted, unwanted) if one.performance.none else (one.performance.low, one.performance.high)
        for one in open_readings
    ]
    lows, highs = zip(*each, strict=True)
    return Reach(
        min(ends[0] if low is None else low for low in lows),
        max(ends[1] if high is None else high for high in highs),
        None not in lows,
        None not in highs,
        open_readings,
    )


def parted(measure: Measure) -> bool:
    """True if what is known about at least two options does not overlap, so that they surely differ."""
    if measure.scale is None:
        return False
    spans = [(one.low, one.high) for one in measure.reach.values() if one is not None and one.known]
    return any(first[1] < second[0] for first in spans for second in spans)


def overlapping(measure: Measure) -> bool:
    """True if figures of two options at least are known and none of those surely differ."""
    return sum(one is not None and one.known for one in measure.reach.values()) > 1 and not parted(measure)


def check(wishes: Wishes, criteria: Sequence[str]) -> None:
    """Refuse wishes that name what is no criterion, or anything twice, or that say nothing at all."""
    if isinstance(wishes, Ranking):
        named = [one for group in wishes.groups for one in group]
        if not named:
            raise InputError("error.required_as", field="ranking", params={"form": ", ".join(criteria)})
        for place, one in enumerate(named):
            _criterion("ranking", one, criteria)
            if one in named[:place]:
                raise InputError("error.repeated", field="ranking", shown=one)
        return
    for one, points in wishes.points.items():
        _criterion("points", one, criteria)
        if not 0 <= points <= MOST_POINTS:
            params: dict[str, str | int] = {"low": 0, "high": MOST_POINTS}
            raise InputError("error.out_of_range", field=one, shown=str(points), params=params)
    if not any(wishes.points.values()):
        raise InputError("error.required_as", field="points", params={"form": ", ".join(criteria)})
    if wishes.spread not in SPREADS:
        allowed = ", ".join(str(one) for one in SPREADS)
        raise InputError("error.not_allowed", field="spread", shown=str(wishes.spread), params={"allowed": allowed})


def _criterion(field: str, name: str, criteria: Sequence[str]) -> None:
    if name not in criteria:
        raise InputError("error.not_allowed", field=field, shown=name, params={"allowed": ", ".join(criteria)})


def weigh(table: Sequence[Measure], options: Sequence[OptionId], wishes: Wishes, *, draws: int = DRAWS) -> Result:
    """Return how often each of `options` takes each place.

    The same input gives the same result. Each option is drawn alike whatever was said and whatever stands beside it, so
    chance hardly moves what lies between two results.

    Raises:
        InputError: `wishes` do not fit the criteria of `table`.
    """
    import numpy as np

    names = [one.criterion for one in table]
    check(wishes, names)
    weights = _ranked(names, wishes, draws) if isinstance(wishes, Ranking) else _around(names, wishes, draws)
    counting = weights.any(axis=1)
    spans = np.array([[one.value(option) for one in table] for option in options], dtype=np.float32)
    lows, widths = spans[:, :, 0], spans[:, :, 1] - spans[:, :, 0]
    # What is one value alone, and what has no weight, needs no draw.
    is_open = counting & (widths > 0)
    scores = np.einsum("oc,cn->on", lows, weights)
    for index, place in np.argwhere(is_open):
        scores[index] += weights[place] * (widths[index, place] * _values(draws, options[index], int(place)))
    places = _places(scores)
    shares = {option: tuple(float(one) for one in places[index]) for index, option in enumerate(options)}
    order = tuple(sorted(options, key=lambda option: [-share for share in shares[option]]))
    ahead, flip = 1.0, None
    if len(order) > 1:
        first, second = (options.index(option) for option in order[:2])
        lead = np.zeros((len(names), min(draws, _SORTED)), dtype=np.float32)
        for place in np.flatnonzero(counting):
            lead[place] = lows[first, place] - lows[second, place]
            for index, sign in ((first, 1), (second, -1)):
                if is_open[index, place]:
                    drawn = _values(draws, options[index], int(place))[:_SORTED]
                    lead[place] += sign * widths[index, place] * drawn
            lead[place] *= weights[place, :_SORTED]
        ahead, flip = _turn(scores[first] - scores[second], lead, names)
    return Result(
        order=order,
        shares=shares,
        ahead=ahead,
        flip=flip,
        weights=dict(zip(names, (float(one) for one in weights.mean(axis=1, dtype=np.float64)), strict=True)),
        silent=tuple(one.criterion for one in table if one.silent),
    )


def _random(*stream: int) -> np.random.Generator:
    """Return a source of random numbers that starts anew; each `stream` has numbers of its own."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(stream))


@functools.lru_cache(maxsize=128)
def _values(draws: int, option: OptionId, place: int) -> Floats:
    """Return where in its span one option lies on the criterion at `place`, from 0 to 1, per draw."""
    import numpy as np

    found = _random(_VALUES, draws, ALL_OPTIONS.index(option), place).random(draws, dtype=np.float32)
    found.flags.writeable = False
    return found


def _ranked(names: Sequence[str], wishes: Ranking, draws: int) -> Floats:
    """Return weights drawn evenly from all that keep the order, one column per draw."""
    import numpy as np

    groups = [[names.index(one) for one in group] for group in wishes.groups if group]
    left = [place for place, name in enumerate(names) if not any(name in group for group in wishes.groups)]
    falling = _falling(tuple(len(group) for group in groups), len(left), draws)
    weights = np.empty((len(names), draws), dtype=np.float32)
    for step, group in enumerate(groups):
        weights[group] = falling[step]
    weights[left] = falling[len(groups) :]
    return weights


@functools.lru_cache(maxsize=8)
def _falling(sizes: tuple[int, ...], left: int, draws: int) -> Floats:
    """Return the weight of one criterion of each group, then of each that was left out, one column per draw.

    Weights that keep one order of groups are the mixtures of the points at which the first so many groups share all
    weight alike. Criteria that were left out come last in any order, each order as likely as another.

    Args:
        sizes: How many criteria each group has, the heaviest first.
        left: How many were left out.
    """
    import numpy as np

    random = _random(_WEIGHTS, draws)
    shared = np.cumsum([*sizes, *[1] * left])
    mixture = random.standard_exponential((len(shared), draws), dtype=np.float32)
    mixture /= mixture.sum(axis=0)
    mixture /= shared[:, None].astype(np.float32)
    # What one criterion of the k-th group gets: its part of this and of all later points.
    each = np.cumsum(mixture[::-1], axis=0)[::-1]
    if left:
        orders = _orders(left)
        drawn = orders[random.integers(len(orders), size=draws)].T
        each[len(sizes) :] = np.take_along_axis(each[len(sizes) :], drawn, axis=0)
    each.flags.writeable = False
    return each


def _orders(count: int) -> npt.NDArray[np.intp]:
    """Return all orders of so many things, one per row."""
    import numpy as np

    return np.array(list(itertools.permutations(range(count))), dtype=np.intp)


def _around(names: Sequence[str], wishes: Points, draws: int) -> Floats:
    """Return weights drawn evenly from all whose parts lie within the spread around those said, one column per draw."""
    import numpy as np

    said = np.array([wishes.points.get(name, 0) for name in names], dtype=np.float64)
    said /= said.sum()
    low, high = said * (1 - wishes.spread / 100), said * (1 + wishes.spread / 100)
    rest = int(np.argmax(said))
    others = [place for place in np.flatnonzero(said) if place != rest]
    weights = np.zeros((len(names), draws), dtype=np.float32)
    filled = block = 0
    while filled < draws:
        drawn = _even(draws, len(names), block)[others] * (high - low)[others, None] + low[others, None]
        # The weights add up to 1, so the greatest is what the others leave; that must lie within its own range.
        greatest = 1 - drawn.sum(axis=0)
        kept = np.flatnonzero((greatest >= low[rest]) & (greatest <= high[rest]))[: draws - filled]
        weights[others, filled : filled + len(kept)] = drawn[:, kept]
        weights[rest, filled : filled + len(kept)] = greatest[kept]
        filled, block = filled + len(kept), block + 1
    return weights


@functools.lru_cache(maxsize=8)
def _even(draws: int, count: int, block: int) -> Floats:
    """Return even draws from 0 to 1, one row for each of `count`; as many blocks of them as may be needed."""
    import numpy as np

    found = _random(_POINTS, draws, block).random((count, draws), dtype=np.float32)
    found.flags.writeable = False
    return found


def _places(scores: Floats) -> Floats:
    """Return the share of each place (columns) that each option (rows) takes; those that are level share theirs.

    Args:
        scores: One row per option, one column per draw.
    """
    import numpy as np

    count, draws = scores.shape
    better = np.zeros((count, draws), dtype=np.int8)
    level = np.ones((count, draws), dtype=np.int8)
    for one in range(count):
        for other in range(one):
            gap = scores[one] - scores[other]
            above, below = gap > _SAME, gap < -_SAME
            better[other] += above
            better[one] += below
            if np.count_nonzero(above) + np.count_nonzero(below) < draws:
                same = ~(above | below)
                level[one] += same
                level[other] += same
    found = np.zeros((count, count))
    for option in range(count):
        # How often so many are better and so many are level, itself included: they share the places from there on.
        pairs = np.bincount(better[option] * (count + 1) + level[option], minlength=count * (count + 1))
        for code in np.flatnonzero(pairs):
            first, many = divmod(int(code), count + 1)
            found[option, first : first + many] += pairs[code] / (many * draws)
    return found


def _turn(gap: Floats, lead: Floats, names: Sequence[str]) -> tuple[float, Flip | None]:
    """Return how often the first is ahead of the second, and the smallest change of one weight that ends it.

    Args:
        gap: By how much the first is ahead, per draw.
        lead: The same per criterion, one row each, for the first draws alone: the point at which half of the ways have
            turned is steady with a part of them, and sorting all takes longest.
    """
    import numpy as np

    # A draw in which both are level counts half.
    ahead = (1 + float(np.count_nonzero(gap > _SAME) - np.count_nonzero(gap < -_SAME)) / len(gap)) / 2
    if ahead <= 0.5:
        return ahead, None
    total = gap[: lead.shape[1]]
    stand = ((total >= -_SAME).astype(np.float32) + (total > _SAME)) / 2
    stands = float(stand.sum())
    smallest: Flip | None = None
    distance = np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        for place, name in enumerate(names):
            part = lead[place]
            moved = np.abs(part) > _SAME
            at = 1 - total[moved] / part[moved]
            # Where the weight passes this factor, the draw changes sides: from where it stands to the other one.
            change = 1 - 2 * stand[moved]
            for less in (True, False):
                # A turn that is farther than one already found need not be sorted out.
                most = min(float(MOST_TIMES), float(np.exp(distance)))
                there = (at >= 1 / most) & (at < 1) if less else (at > 1) & (at <= most)
                turns, near = change[there], at[there]
                if stands + np.minimum(turns, 0).sum() < len(stand) / 2:
                    turning = np.argsort(-near if less else near)
                    below = np.flatnonzero(stands + np.cumsum(turns[turning]) < len(stand) / 2)
                else:
                    below = np.empty(0, dtype=np.intp)
                if below.size:
                    factor = float(near[turning[below[0]]])
                    far = abs(float(np.log(factor)))
                elif less and float((total > part).mean()) < 0.5:
                    factor, far = 0.0, _AS_FAR_AS_NOTHING
                else:
                    continue
                if far < distance:
                    smallest, distance = Flip(name, factor), far
    return ahead, smallest


def of_100(shares: Sequence[float]) -> tuple[int, ...]:
    """Return shares that add up to 1 as whole numbers that add up to 100, each as near as that allows."""
    exact = [100 * one for one in shares]
    whole = [int(one) for one in exact]
    missing = 100 - sum(whole)
    for place in sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))[:missing]:
        whole[place] += 1
    return tuple(whole)
