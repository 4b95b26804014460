"""What repeats in the log is counted, and what is long is cut."""

import logging

from clara_app.log_throttle import COUNTED, LETTERS, MOST, LogThrottle


def written(throttle: LogThrottle, words: str, *values: object, line: int = 1) -> str:
    """What of a message is written; empty when nothing is."""
    record = logging.LogRecord("any", logging.WARNING, __file__, line, words, values, None)
    return record.getMessage() if throttle.filter(record) else ""


def test_the_same_message_is_written_a_few_times_a_minute_then_counted() -> None:
    now = [0.0]
    throttle = LogThrottle(lambda: now[0])
    assert all(written(throttle, "%s is wrong", place) == f"{place} is wrong" for place in range(MOST))
    assert {written(throttle, "%s is wrong", "x" * place) for place in range(50)} == {""}
    assert written(throttle, "another", line=2) == "another"
    now[0] = 61
    assert written(throttle, "%s is wrong", "it") == "it is wrong (50 more like this)"
    now[0] = 200
    assert written(throttle, "%s is wrong", "it") == "it is wrong"


def test_a_long_message_is_cut() -> None:
    assert written(LogThrottle(), "%s", "x" * 100_000) == f"{'x' * LETTERS} … (100,000 letters)"


def test_it_counts_so_many_messages() -> None:
    throttle = LogThrottle(lambda: 0.0)
    assert [bool(written(throttle, "x")) for _ in range(MOST + 1)] == [True] * MOST + [False]
    for line in range(2, COUNTED + 2):
        assert written(throttle, "x", line=line)
    assert written(throttle, "x")  # forgotten


def test_one_is_put_on_each_handler() -> None:
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        LogThrottle.begin()
        assert any(isinstance(one, LogThrottle) for one in handler.filters)
    finally:
        logging.getLogger().removeHandler(handler)
        for other in logging.getLogger().handlers:
            other.filters[:] = [one for one in other.filters if not isinstance(one, LogThrottle)]
