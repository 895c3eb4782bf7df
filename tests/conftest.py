"""One profile for all property tests: the same examples on every machine, and no stopwatch on a noisy one."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")
