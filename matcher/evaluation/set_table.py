"""Error rates of sets in Markdown, with what their numbers can and cannot show."""

from collections.abc import Sequence

from matcher.evaluation.bootstrap import (
    REPLICATES,
    Interval,
    bootstrap_intervals,
    rate_at_most,
    resolution_mark,
)
from matcher.evaluation.errors_by_threshold import FMR100, FMR1000, FMR10000
from matcher.evaluation.experiment import Experiment, Spread
from matcher.evaluation.protocol import Comparisons

HEADING = (
    "| set | protocol | pairs mated / non-mated | EER % (95 %) | FNMR % at FMR 1e-2 "
    "| at 1e-3 (95 %) | at 1e-4 | at 0 | FTE % | extraction ms | verify µs mated | non-mated |"
)
LEGEND = f"""\
In brackets: the middle 95 % of {REPLICATES:,} seeded draws of whole fingers (subsets bootstrap of
Bolle, Ratha and Pankanti, 2004). Where no error was made it is the rule of 3 on the pairs, which
takes them as independent; they are not, so the truth may be worse. `*` fewer than 30 non-mated
pairs may exceed the threshold (rule of 30: the rate is known worse than ±30 % with 90 %
confidence), `†` fewer than 3 (rule of 3: these pairs cannot show the rate). Times: median / 95th
percentile."""


def set_table(experiments: Sequence[Experiment]) -> str:
    """Two rows a set: all pairs (extended protocol) and the FVC protocol; then the legend."""
    rows = [row for one in experiments for row in set_rows(one)]
    rule = "|---" * (HEADING.count("|") - 1) + "|"
    return "\n".join([HEADING, rule, *rows, "", LEGEND])


def set_rows(experiment: Experiment) -> tuple[str, str]:
    """Times stand in the row of all pairs, for they are of all of them."""
    timings = experiment.timings
    times = tuple(
        _times(spread)
        for spread in (timings.extract_ms, timings.verify_mated_us, timings.verify_non_mated_us)
    )
    return (
        _row(experiment, "all pairs", experiment.compared, times),
        _row(experiment, "FVC", experiment.fvc, ("", "", "")),
    )


def _row(
    experiment: Experiment, protocol: str, compared: Comparisons, times: tuple[str, ...]
) -> str:
    rates, intervals = compared.rates, bootstrap_intervals(compared)
    mated, non_mated = len(compared.mated), len(compared.non_mated)
    fmr1000 = with_interval(rates.fmr1000, intervals.fmr1000, mated)
    cells = (
        experiment.name,
        protocol,
        f"{mated:,} / {non_mated:,}",
        with_interval(rates.eer, intervals.eer, mated),
        f"{percent(rates.fmr100)}{resolution_mark(FMR100, non_mated)}",
        f"{fmr1000}{resolution_mark(FMR1000, non_mated)}",
        f"{percent(rates.fmr10000)}{resolution_mark(FMR10000, non_mated)}",
        percent(rates.zero_fmr),
        percent(experiment.failure_to_extract),
        *times,
    )
    return f"| {' | '.join(cells)} |"


def with_interval(share: float, interval: Interval, trials: int) -> str:
    """Per cent with its interval; the rule of 3 where no replicate had an error."""
    if interval.high == 0:
        return f"{percent(share)} (≤ {percent(rate_at_most(0, trials))})"
    return f"{percent(share)} ({percent(interval.low)}-{percent(interval.high)})"


def percent(share: float) -> str:
    """Two places, without the sign."""
    return f"{share * 100:.2f}"


def _times(spread: Spread | None) -> str:
    return "cached" if spread is None else f"{spread.median:.0f} / {spread.p95:.0f}"
