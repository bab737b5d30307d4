"""Scores as text, one comparison a line, for other tools to read.

Tab-separated with a heading: set, finger and impression of the probe, finger and impression of the
reference as their files are named, `mated` or `non-mated`, and the score.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from matcher.evaluation.experiment import Experiment
from matcher.evaluation.impressions import ImpressionFile

HEADING = (
    "set",
    "probe_finger",
    "probe_impression",
    "reference_finger",
    "reference_impression",
    "kind",
    "score",
)


def write_scores(path: Path, experiments: Sequence[Experiment]) -> None:
    """Write UTF-8 text: set after set, in the order of their comparisons."""
    with path.open("w", encoding="utf-8") as out:
        out.write("\t".join(HEADING) + "\n")
        for experiment in experiments:
            out.writelines(_lines(experiment))


def _lines(experiment: Experiment) -> Iterator[str]:
    compared, files = experiment.compared, experiment.files
    rows = zip(
        compared.pairs.tolist(), compared.is_mated.tolist(), compared.scores.tolist(), strict=True
    )
    for (probe, reference), mated, score in rows:
        names = (experiment.name, *_names(files[probe]), *_names(files[reference]))
        kind = "mated" if mated else "non-mated"
        yield "\t".join((*names, kind, f"{score:.4f}")) + "\n"


def _names(file: ImpressionFile) -> tuple[str, str]:
    return file.finger, file.impression
