"""Peaks of the periodogram: false-alarm probabilities and harmonics."""

from clara_engine.periods import find_periods


def test_false_alarm_probabilities_fall_with_the_signal(star):
    def alarms(depth):
        search = find_periods(star(depth=depth, wave=5 * depth))
        return search.box.peaks[0].false_alarm, search.lomb_scargle.peaks[0].false_alarm

    weak, strong = alarms(1e-5), alarms(3e-3)
    assert strong[0] < 1e-6 < weak[0] <= 1
    assert strong[1] < 1e-6 < weak[1] <= 1


def test_peaks_are_apart_and_their_harmonics_named(star):
    peaks = find_periods(star(2.2, 0.01)).box.peaks
    assert [peak.snr for peak in peaks] == sorted((peak.snr for peak in peaks), reverse=True)
    assert {peak.harmonic for peak in peaks[1:]} & {"2×", "½", "3×"}
    assert peaks[0].harmonic == ""
