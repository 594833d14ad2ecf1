"""Which organisation took over from which, and when: a declared table, since the published lists name no successors.

`whole`: all of it passed on, so that its figures can be added to the successor's. `part`: it was divided, so that nobody can say
what part of its figures is whose. `sure`: a statutory merger or acquisition whose day the directory's day of closing bears out,
where the directory has the predecessor; `believed`: as far as is known.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

_TRUSTS = """
    RW3 | R0A   | 2017-10-01 | whole | sure
    RM2 | R0A   | 2017-10-01 | whole | sure
    RW6 | RM3   | 2021-10-01 | part  | sure
    RW6 | R0A   | 2021-04-01 | part  | sure
    RLN | R0B   | 2019-04-01 | whole | sure
    RE9 | R0B   | 2019-04-01 | whole | sure
    RD3 | R0D   | 2020-10-01 | whole | sure
    RDZ | R0D   | 2020-10-01 | whole | sure
    RNJ | R1H   | 2012-04-01 | whole | sure
    RGC | R1H   | 2012-04-01 | whole | sure
    RNH | R1H   | 2012-04-01 | whole | sure
    RC3 | R1K   | 2014-10-01 | whole | sure
    RV8 | R1K   | 2014-10-01 | whole | sure
    RRD | R1L   | 2017-04-01 | whole | sure
    RWN | R1L   | 2017-04-01 | whole | sure
    RRP | G6V2S | 2024-11-01 | whole | sure
    TAF | G6V2S | 2024-11-01 | whole | sure
    RAP | RAL   | 2025-01-01 | whole | sure
    RY9 | RAX   | 2024-11-01 | whole | sure
    R1C | RW1   | 2024-10-01 | whole | sure
    RYK | RNA   | 2024-10-01 | part  | believed
    RYK | TAJ   | 2024-10-01 | part  | believed
    RVY | RBN   | 2023-07-01 | whole | sure
    RA4 | RH5   | 2023-04-01 | whole | sure
    RBZ | RH8   | 2022-04-01 | whole | sure
    RTV | RW4   | 2021-06-01 | part  | sure
    RTV | RXV   | 2021-04-01 | part  | believed
    RXH | RYR   | 2021-04-01 | whole | sure
    RT3 | RJ1   | 2021-02-01 | whole | sure
    RA3 | RA7   | 2020-04-01 | whole | sure
    RBA | RH5   | 2020-04-01 | whole | sure
    RDD | RAJ   | 2020-04-01 | whole | sure
    RQ8 | RAJ   | 2020-04-01 | whole | sure
    RC1 | RC9   | 2020-04-01 | whole | sure
    RQ6 | REM   | 2019-10-01 | whole | sure
    RNL | RNN   | 2019-10-01 | whole | sure
    R1J | RTQ   | 2019-10-01 | whole | sure
    RGQ | RDE   | 2018-07-01 | whole | sure
    RJF | RTG   | 2018-07-01 | whole | sure
    R1E | RRE   | 2018-06-01 | whole | sure
    RR1 | RRK   | 2018-04-01 | whole | sure
    RY1 | RW4   | 2018-04-01 | part  | believed
    RJD | RJE   | 2014-11-01 | part  | sure
    RJD | RL4   | 2014-11-01 | part  | sure
    RQQ | RGN   | 2017-04-01 | whole | sure
    RLU | RQ3   | 2017-02-01 | whole | sure
    RJX | RW4   | 2016-07-01 | whole | sure
    R1G | RA9   | 2015-10-01 | whole | sure
    RFW | RQM   | 2015-09-01 | whole | sure
    RBB | RD1   | 2015-02-01 | whole | sure
    RD7 | RDU   | 2014-10-01 | whole | sure
    RVL | RAL   | 2014-07-01 | whole | sure
    RYQ | RJ2   | 2013-10-01 | part  | sure
    RYQ | RJZ   | 2013-10-01 | part  | sure
    RYQ | RPG   | 2013-10-01 | part  | sure
    RHX | RW1   | 2012-11-01 | whole | believed
    RCC | RCB   | 2012-07-01 | whole | sure
    RM4 | RW3   | 2012-04-01 | whole | sure
    RN1 | RN5   | 2012-01-09 | whole | sure
    RT6 | RMY   | 2012-01-01 | whole | sure
    RBF | RTH   | 2011-11-01 | whole | sure
    RWQ | R1A   | 2011-07-01 | whole | sure
    RV7 | RWN   | 2010-04-01 | part  | believed
    RGZ | RYQ   | 2009-04-01 | whole | sure
    RPL | RYR   | 2009-04-01 | whole | sure
    RPR | RYR   | 2009-04-01 | whole | sure
    RJ5 | RYJ   | 2007-10-01 | whole | sure
    RQN | RYJ   | 2007-10-01 | whole | sure
    RCS | RX1   | 2006-04-01 | whole | sure
    RVX | RX3   | 2006-04-01 | whole | sure
    RW8 | RX2   | 2006-04-01 | whole | sure
    RXD | RX2   | 2006-04-01 | whole | sure
    RW9 | RX4   | 2006-04-01 | whole | sure
"""
# Clinical commissioning groups that merged: the successor, the day, and those that closed the day before in the same ICB's area.
_COMMISSIONERS = """
    13T   | 2015-04-01 | 00F 00G 00H
    14L   | 2017-04-01 | 00W 01M 01N
    14Y   | 2018-04-01 | 10H 10Y
    15A   | 2018-04-01 | 10M 10N 10W 11D
    15C   | 2018-04-01 | 11H 11T 12A
    15D   | 2018-04-01 | 10G 10T 11C
    15E   | 2018-04-01 | 04X 05P 13P
    15F   | 2018-04-01 | 02V 03C 03G
    15M   | 2019-04-01 | 03X 03Y 04J 04R
    15N   | 2019-04-01 | 99P 99Q
    16C   | 2020-04-01 | 00C 00K 00M
    18C   | 2020-04-01 | 05F 05J 05T 06D
    26A   | 2020-04-01 | 06M 06V 06W 06Y 07J
    27D   | 2020-04-01 | 01C 01R 02D 02F
    36J   | 2020-04-01 | 02N 02R 02W
    36L   | 2020-04-01 | 07V 08J 08P 08R 08T 08X
    42D   | 2020-04-01 | 03D 03E 03M
    52R   | 2020-04-01 | 04E 04H 04K 04L 04M 04N
    70F   | 2020-04-01 | 09G 09H 09X
    71E   | 2020-04-01 | 03T 04D 04Q 99D
    72Q   | 2020-04-01 | 07N 07Q 08A 08K 08L 08Q
    78H   | 2020-04-01 | 03V 04G
    84H   | 2020-04-01 | 00D 00J
    91Q   | 2020-04-01 | 09C 09E 09J 09W 10A 10D 10E 99J
    92A   | 2020-04-01 | 09L 09N 09Y 99H
    92G   | 2020-04-01 | 11E 12D 99N
    93C   | 2020-04-01 | 07M 07R 07X 08D 08H
    97R   | 2020-04-01 | 09F 09P 99K
    A3A8R | 2021-04-01 | 07L 07T 08F 08M 08N 08V 08W
    B2M3M | 2021-04-01 | 05A 05H 05R
    D2P2L | 2021-04-01 | 05C 05L 05Y 06A
    D4U1Y | 2021-04-01 | 10C 15D 99M
    D9Y0V | 2021-04-01 | 10J 10K 10L 10V 10X 11A
    M1J4Y | 2021-04-01 | 04F 06F 06P
    M2L0M | 2021-04-01 | 05N 05X
    W2U3Z | 2021-04-01 | 07P 07W 07Y 08C 08E 08G 08Y 09A
    X2C4Y | 2021-04-01 | 03A 03J
"""
# They are in no list of trusts that we hold, so no day of closing bears the succession out.
_NOT_LISTED = ("TAF",)


@dataclass(frozen=True, kw_only=True)
class Succession:
    """One organisation that took over from another, from `day` on."""

    predecessor: str
    successor: str
    day: date
    is_whole: bool
    certainty: str
    source: str

    @property
    def how(self) -> str:
        """whole or part."""
        return "whole" if self.is_whole else "part"


@cache
def successions() -> tuple[Succession, ...]:
    """Every declared succession, the first day first."""
    found = [_of_trust(line) for line in _TRUSTS.strip().splitlines()]
    for line in _COMMISSIONERS.strip().splitlines():
        successor, day, predecessors = (part.strip() for part in line.split("|"))
        found += [_of_commissioner(predecessor, successor, day) for predecessor in predecessors.split()]
    return tuple(sorted(found, key=lambda one: (one.day, one.successor, one.predecessor)))


def _of_trust(line: str) -> Succession:
    predecessor, successor, day, how, certainty = (part.strip() for part in line.split("|"))
    listed = "merger or transfer known; " + (
        "no day of closing listed" if predecessor in _NOT_LISTED else "day of closing in the ODS list of trusts (etr)"
    )
    return Succession(
        predecessor=predecessor,
        successor=successor,
        day=date.fromisoformat(day),
        is_whole=how == "whole",
        certainty=certainty,
        source=listed,
    )


def _of_commissioner(predecessor: str, successor: str, day: str) -> Succession:
    return Succession(
        predecessor=predecessor,
        successor=successor,
        day=date.fromisoformat(day),
        is_whole=True,
        certainty="sure",
        source="days of closing and opening in the ODS list of CCGs and sub-ICB locations (eccg)",
    )


def successors(code: str) -> list[Succession]:
    """What became of an organisation, the first day first."""
    return [one for one in successions() if one.predecessor == code]


def predecessors(code: str) -> list[Succession]:
    """From whom an organisation took over, the first day first."""
    return [one for one in successions() if one.successor == code]


def followed_codes(code: str) -> list[Succession]:
    """Every succession by which all of an organisation came to be part of this one, at whatever remove.

    >>> [one.predecessor for one in followed_codes("R0A")]
    ['RM4', 'RM2', 'RW3']
    """
    found: list[Succession] = []
    reached, waiting = {code}, [code]
    while waiting:
        for one in predecessors(waiting.pop()):
            if one.is_whole and one.predecessor not in reached:
                reached.add(one.predecessor)
                waiting.append(one.predecessor)
                found.append(one)
    return sorted(found, key=lambda one: (one.day, one.predecessor))
