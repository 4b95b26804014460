"""What is it? Every kind of star with what speaks for it and against it, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable

from clara_engine.periods.kinds.eclipsing import contact_binary, detached_binary, planet_candidate
from clara_engine.periods.kinds.evidence import Evidence
from clara_engine.periods.kinds.possibility import Possibility, Statement
from clara_engine.periods.kinds.unlasting import dipper, flare_star, instrument, nothing, single_event
from clara_engine.periods.kinds.varying import delta_scuti, red_giant, rotator, rr_lyrae, slow_pulsator

__all__ = ["RULES", "what_is_it"]

RULES: dict[str, Callable[[Evidence], list[Statement]]] = {
    "planet candidate": planet_candidate,
    "detached eclipsing binary": detached_binary,
    "contact binary": contact_binary,
    "rotator": rotator,
    "δ Scuti pulsator": delta_scuti,
    "slow pulsator": slow_pulsator,
    "RR Lyrae star or Cepheid": rr_lyrae,
    "red giant": red_giant,
    "flare star": flare_star,
    "dipper": dipper,
    "single event": single_event,
    "instrument": instrument,
    "nothing stands out": nothing,
}


def what_is_it(evidence: Evidence) -> tuple[Possibility, ...]:
    """Weigh every kind of `KINDS`; those of the highest score first.

    Examples
    --------
    >>> list(RULES) == list(__import__("clara_engine.periods.kinds.possibility", fromlist=["KINDS"]).KINDS)
    True
    """
    found = []
    for kind, rule in RULES.items():
        statements = sorted((one for one in rule(evidence) if one.points), key=lambda one: -abs(one.points))
        found.append(Possibility(kind, tuple(statements)))
    return tuple(sorted(found, key=lambda one: -one.score))
