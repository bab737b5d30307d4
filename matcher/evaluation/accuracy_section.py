"""Error rates of every set, with parameters fitted without it beside those shipped, and peers."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.evaluation.bootstrap import REPLICATES, bootstrap_intervals, resolution_mark
from matcher.evaluation.errors_by_threshold import FMR1000, FMR10000, ErrorRates
from matcher.evaluation.experiment import Experiment
from matcher.evaluation.peers import PEERS, PeerRates
from matcher.evaluation.protocol import Comparisons
from matcher.evaluation.section import Bar, Section
from matcher.evaluation.set_table import percent, with_interval

MOST_MEAN_EER, MOST_MEAN_FNMR = 0.30, 0.45
HEADING = (
    "| set | fingers × impressions | held out: EER % (95 %) | FNMR % at FMR 1e-3 "
    "| shipped: EER % | FNMR % at FMR 1e-3 | at 1e-4 | at 0 | FTE % "
    "| FVC protocol: EER % | SourceAFIS | NBIS | prototype |"
)
LEGEND = f"""\
All pairs of one finger are mated, all pairs of different fingers non-mated; every image taken as
500 ppi. "Held out" is the set under parameters fitted without it, "shipped" under the product's;
the bars apply to the first. In brackets the middle 95 % of {REPLICATES:,} seeded draws of whole
fingers (subsets bootstrap of Bolle, Ratha and Pankanti, 2004); without any error the rule of 3 on
the mated pairs as if they were independent, which they are not. `*` fewer than 30 non-mated pairs
may exceed the threshold (rule of 30), `†` fewer than 3: the pairs cannot show that rate. The FVC
protocol compares only first impressions of different fingers. Peers: EER % / FNMR % at FMR 1e-3,
measured earlier on another day on the same images and pairs (SourceAFIS Java 3.18, nbis-py 0.1.3,
and the prototype from before this matcher)."""


def accuracy_section(
    experiments: Sequence[Experiment], held_out: Mapping[str, Comparisons] | None
) -> Section:
    """`held_out` are the comparisons of each set, by its name, under the parameters of its fold.

    None where there are no folds; then the bars are not measured.
    """
    rows = [_row(experiment, _of(held_out, experiment.name)) for experiment in experiments]
    rule = "|---" * (HEADING.count("|") - 1) + "|"
    table = "\n".join([HEADING, rule, *rows, _mean_row(experiments, held_out)])
    text = "\n\n".join(["### Accuracy", LEGEND, table])
    return Section(text, _bars(held_out))


def _of(held_out: Mapping[str, Comparisons] | None, name: str) -> Comparisons | None:
    return None if held_out is None else held_out[name]


def _row(experiment: Experiment, fold: Comparisons | None) -> str:
    rates, non_mated = experiment.rates, len(experiment.non_mated)
    peers = PEERS.get(experiment.name)
    cells = (
        experiment.name,
        f"{experiment.fingers} × {experiment.impressions // experiment.fingers}",
        *_fold_cells(fold),
        percent(rates.eer),
        f"{percent(rates.fmr1000)}{resolution_mark(FMR1000, non_mated)}",
        f"{percent(rates.fmr10000)}{resolution_mark(FMR10000, non_mated)}",
        percent(rates.zero_fmr),
        percent(experiment.failure_to_extract),
        percent(experiment.fvc.rates.eer),
        *((_peer(p) for p in (peers.sourceafis, peers.nbis, peers.prototype)) if peers else "---"),
    )
    return f"| {' | '.join(cells)} |"


def _fold_cells(fold: Comparisons | None) -> tuple[str, str]:
    if fold is None:
        return "-", "-"
    eer = with_interval(fold.rates.eer, bootstrap_intervals(fold).eer, len(fold.mated))
    mark = resolution_mark(FMR1000, len(fold.non_mated))
    return eer, f"{percent(fold.rates.fmr1000)}{mark}"


def _mean_row(experiments: Sequence[Experiment], held_out: Mapping[str, Comparisons] | None) -> str:
    rates = [experiment.rates for experiment in experiments]
    folds = [fold.rates for fold in held_out.values()] if held_out is not None else []
    cells = (
        _mean(folds, "eer"),
        _mean(folds, "fmr1000"),
        *(_mean(rates, name) for name in ("eer", "fmr1000", "fmr10000", "zero_fmr")),
        percent(float(np.mean([one.failure_to_extract for one in experiments]))),
        _mean([experiment.fvc.rates for experiment in experiments], "eer"),
    )
    known = [PEERS[one.name] for one in experiments if one.name in PEERS]
    peers = (
        _mean_peer([peer.sourceafis for peer in known]),
        _mean_peer([peer.nbis for peer in known if peer.nbis is not None]),
        _mean_peer([peer.prototype for peer in known]),
    )
    shown = " | ".join(f"**{cell}**" for cell in (*cells, *peers))
    return f"| **mean** | | {shown} |"


def _bars(held_out: Mapping[str, Comparisons] | None) -> tuple[Bar, ...]:
    if held_out is None:
        return (
            Bar("mean EER, parameters fitted without the set", "≤ 0.30 %", "no folds", None),
            Bar("mean FNMR at FMR 1e-3, the same", "≤ 0.45 %", "no folds", None),
        )
    eer = 100 * float(np.mean([fold.rates.eer for fold in held_out.values()]))
    fnmr = 100 * float(np.mean([fold.rates.fmr1000 for fold in held_out.values()]))
    missed = [name for name, fold in held_out.items() if not _beats_peers(name, fold.rates)]
    known = [name for name in held_out if name in PEERS]
    shown = f"{len(known) - len(missed)} of {len(known)}"
    return (
        Bar(
            f"mean EER over {len(held_out)} sets, all pairs, parameters fitted without the set",
            f"≤ {MOST_MEAN_EER:.2f} % (reach for 0.15)",
            f"{eer:.2f} %",
            eer <= MOST_MEAN_EER,
        ),
        Bar(
            "sets whose EER is at most half of the better of SourceAFIS and NBIS, likewise",
            "all",
            shown + (f" (not {', '.join(missed)})" if missed else ""),
            not missed if known else None,
        ),
        Bar(
            "mean FNMR at FMR 1e-3, likewise",
            f"≤ {MOST_MEAN_FNMR:.2f} % (reach for 0.25)",
            f"{fnmr:.2f} %",
            fnmr <= MOST_MEAN_FNMR,
        ),
    )


def _beats_peers(name: str, rates: ErrorRates) -> bool:
    return name not in PEERS or 100 * rates.eer <= PEERS[name].better_eer / 2


def _mean(rates: Sequence[ErrorRates], name: str) -> str:
    return percent(float(np.mean([getattr(rate, name) for rate in rates]))) if rates else "-"


def _mean_peer(rates: Sequence[PeerRates]) -> str:
    if not rates:
        return "-"
    eer, fmr1000 = (np.mean([getattr(rate, name) for rate in rates]) for name in ("eer", "fmr1000"))
    return f"{eer:.2f} / {fmr1000:.2f}"


def _peer(rates: PeerRates | None) -> str:
    return "-" if rates is None else f"{rates.eer:.2f} / {rates.fmr1000:.2f}"
