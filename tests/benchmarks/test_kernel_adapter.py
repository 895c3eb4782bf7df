"""The benchmarks reach the compiled kernel where it is there, and say so where it is not."""

import pytest

from benchmarks.core_path import core_path
from benchmarks.engines import events_of
from benchmarks.kernel_adapter import BLOCK, NotThere, kernel_there, play


@pytest.mark.skipif(not kernel_there(), reason="no Numba")
@pytest.mark.parametrize("threads", [1, 2])
def test_the_kernel_plays_the_events_of_the_model(threads):
    driver, count = core_path(60), BLOCK + 20
    assert play(driver, 1, count, threads) == events_of(driver, count)


@pytest.mark.skipif(kernel_there(), reason="the kernel is there")
def test_a_missing_kernel_is_said_to_be_missing():
    with pytest.raises(NotThere, match="needs Numba"):
        play(core_path(60), 1, 1)
