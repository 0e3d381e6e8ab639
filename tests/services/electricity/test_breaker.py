from app.services.electricity.breaker import Breaker


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Seconds) -> Breaker:
    breaker = Breaker(failures=3, rest=30, clock=clock)
    for _ in range(3):
        assert breaker.may_call()
        breaker.failed()
    return breaker


def test_it_opens_after_the_third_failure_in_a_row() -> None:
    assert not opened(Seconds()).may_call()


def test_a_success_between_failures_starts_the_count_again() -> None:
    breaker = Breaker(failures=2, rest=30)
    for _ in range(3):
        breaker.failed()
        breaker.went_well()
    assert breaker.may_call()


def test_after_the_rest_one_caller_tries_and_the_others_wait() -> None:
    clock = Seconds()
    breaker = opened(clock)
    clock.now += 30
    assert [breaker.may_call() for _ in range(3)] == [True, False, False]


def test_a_good_trial_closes_it_and_a_bad_one_opens_it_again() -> None:
    clock = Seconds()
    breaker = opened(clock)
    clock.now += 30
    assert breaker.may_call()
    breaker.failed()
    assert not breaker.may_call()
    clock.now += 30
    assert breaker.may_call()
    breaker.went_well()
    assert breaker.may_call()
    assert breaker.may_call()
