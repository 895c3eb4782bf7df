"""What every chart's tests need: a footer, the longest names allowed, and the words on a figure."""

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulator.charts.style import Footer

LONG = "Regional portfolio of the northern water boards with three carriers, variant two"


@pytest.fixture
def footer() -> Footer:
    return Footer("0.1.0", "Squeeze", 20_000, 5, 77, "Crew counts are assumed.")


@pytest.fixture
def long_footer() -> Footer:
    return Footer("0.1.0.dev20261123+build", LONG, 10_000_000, 12.5, 2**63 - 1, "Careful. " * 30, LONG)


@pytest.fixture
def words() -> Callable[[Figure], str]:
    """All text of a figure as one string with ordinary spaces."""

    def on(figure: Figure) -> str:
        texts = [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
        return " ".join(" ".join(texts).split())

    return on
