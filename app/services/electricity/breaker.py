"""A circuit breaker: a machine that fails is left alone for a while, and users need not wait.

Our own, because it is thirty lines: tenacity, which we have, retries and never holds back.
"""

import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row; after `rest` seconds lets one caller try.

    `clock` counts seconds and never goes back.
    """

    def __init__(
        self, failures: int, rest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.failures, self.rest, self.clock = failures, rest, clock
        self._failed = 0
        self._next_trial = 0.0

    def may_call(self) -> bool:
        """True if the machine may be asked now; the caller must then report how it went."""
        if self._failed < self.failures:
            return True
        if self.clock() < self._next_trial:
            return False
        self._next_trial = self.clock() + self.rest  # the others wait for this trial
        return True

    def went_well(self) -> None:
        self._failed = 0

    def failed(self) -> None:
        self._failed += 1
        self._next_trial = self.clock() + self.rest
