"""The network is loaded once for all tests of this folder."""

import pytest

from matcher import Extractor
from tests.support.matcher_cases import MODEL


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor(MODEL)
