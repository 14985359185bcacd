"""What a recorded stop says beside the hit: the words of its own (Policy 426.5 (d))."""

from __future__ import annotations

import re

OWN_WORDS = 3
"""Fewest different words that say something beside the hit; "ran red light" has three."""

WORDS_OF_A_HIT = """
about above active after again alert alerted alerting alerts alpr also an and anpr any are as at
auto automated automatic back based basis be because been before being but by california came
camera cameras car cars cause cdms check checked checks clets come comes confirm confirmation
confirmed confirming confirms correct database department dept detected detection detections did
dispatch dispatched dispatcher dispatchers dmv do doj due enforcement entered entry exact felony
file flag flagged flock for from gave given got had has have he her his hit hits hot hotlist
hotlists i in info information into is it its law learn legal licence license list listed lists
lpr made make match matched matches matching mdc me mobile my ncic no none not notice
notification notified of off officer officers on only or our out over patrol pc per picture
plate plates positive possible probable purely read reader readers readings reads reason
reasonable reasons receive received recognition record records report reported reports result
results return returned returns rs said same saw say says scan scanned scanner see seen she
showed shown shows so software sole solely solid somebody someone special status stealing still
stolen stop stopped stopping stops sure suspect suspected suspicion svs system systems tag tas
technology that the their them then there they this through to told traffic trigger triggered
true unit us valid vehicle vehicles verified verify via vigilant wanted warrant was we were what
when which who with yes you
"""
"""Words that only say that there was a hit, that it was confirmed, or that a car was stopped."""

_WORD = re.compile(r"[A-Za-z0-9]{2,}")
_NOT_PLATE = re.compile(r"[^A-Za-z0-9]+")


def own_words(basis: str, *plates: str) -> frozenset[str]:
    """Return the different words of a basis that say something beside the hit.

    The trigger on ``hit_event`` counts the same words, so letters beyond A-Z part words in both.

    Parameters
    ----------
    basis
        Why the car was stopped, in words.
    plates
        As read and as listed; naming the plate is no basis.

    Examples
    --------
    >>> sorted(own_words("ALPR hit on 7ABC123, confirmed stolen by dispatch", "7ABC123"))
    []
    >>> sorted(own_words("Driver ran the red light at Vernon"))
    ['driver', 'light', 'ran', 'red', 'vernon']
    """
    squeezed = [_NOT_PLATE.sub("", plate).lower() for plate in plates]
    words = {word.lower() for word in _WORD.findall(basis)} - set(WORDS_OF_A_HIT.split())
    return frozenset(word for word in words if not any(word in plate for plate in squeezed))
