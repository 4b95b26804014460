"""Wrong passwords make one wait, longer and longer, and nobody else."""

from clara_app.sign_in.attempts import FORGOTTEN_S, FREE, LONGEST_S, REMEMBERED, Attempts


def test_waits_double_until_the_longest_and_end_with_the_right_password() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    waits = []
    for _ in range(FREE + 13):
        attempts.failed("ada", "10.0.0.1")
        waits.append(attempts.wait_s("ada", "10.0.0.1"))
        now[0] += waits[-1]
        assert attempts.wait_s("ada", "10.0.0.1") == 0
    assert waits[: FREE + 3] == [0] * FREE + [1, 2, 4]
    assert waits[-1] == LONGEST_S
    attempts.succeeded("ada", "10.0.0.1")
    attempts.failed("ada", "10.0.0.1")
    assert attempts.wait_s("ada", "10.0.0.1") == 0


def test_nobody_else_waits() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(50):
        attempts.failed("ada", "10.0.0.1")
    assert attempts.wait_s("ada", "10.0.0.1") > 0
    assert attempts.wait_s("ada", "10.0.0.2") == attempts.wait_s("bob", "10.0.0.1") == 0


def test_they_are_forgotten_and_few_are_kept() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(FREE + 1):
        attempts.failed("ada", "a")
    now[0] += FORGOTTEN_S + 1
    attempts.failed("ada", "a")
    assert attempts.wait_s("ada", "a") == 0
    for _ in range(FREE + 1):
        attempts.failed("bob", "a")
    for number in range(REMEMBERED):
        attempts.failed(f"name {number}", "a")
    assert attempts.wait_s("bob", "a") == 0
