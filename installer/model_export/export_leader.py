"""Write the LEADER minutiae network as one ONNX file. Run once, by hand, never by the product.

The network is that of Cappelli and Ferrara (2026), published as ``pyfing`` 0.7.3 (MIT). Keras
exports it at one fixed size only, so the graph is written here again (`leader_network.py`), with
free height and width and with the published weights. The same weights give the same bytes.

    python -m venv /tmp/export && /tmp/export/bin/pip install keras torch h5py onnx \
        scipy opencv-python-headless && /tmp/export/bin/pip install --no-deps pyfing==0.7.3
    KERAS_BACKEND=torch /tmp/export/bin/python installer/model_export/export_leader.py \
        resources/models/leader_minutiae.onnx
"""

import argparse
from pathlib import Path

from leader_network import Array, Leader


def published_weights() -> dict[str, list[Array]]:
    """The arrays of every layer of pyfing's network, by layer name."""
    from pyfing.minutiae_end_to_end import Leader as Published

    return {layer.name: layer.get_weights() for layer in Published().model.layers}


def main() -> None:
    """Export to the path given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    leader = Leader(published_weights())
    model = leader.model()
    if leader.forgotten():
        raise ValueError(f"layers never written: {sorted(leader.forgotten())}")
    arguments.output.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
