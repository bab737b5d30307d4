"""The one whole demo that the end-to-end tests share: it takes a minute."""

import pytest

from tests.support.privacy_demo import Played, played_in, whole_demo


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The whole demo, played to its end, with all it left lying."""
    return played_in(tmp_path_factory.mktemp("privacy"), whole_demo)
