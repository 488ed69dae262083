"""The two lists of pronunciations that hold for a script, and what can be done to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.pronunciation import Rule


@dataclass(frozen=True)
class Place:
    """Where a rule stands.

    Attributes:
        everywhere: in the user's list, which holds in every script.
    """

    everywhere: bool
    index: int


@dataclass(frozen=True)
class RuleLists:
    """The rules of this script, and the user's own, which yield to them."""

    script: tuple[Rule, ...] = ()
    everywhere: tuple[Rule, ...] = ()

    @property
    def all(self) -> tuple[Rule, ...]:
        """In the order in which they are looked at."""
        return (*self.script, *self.everywhere)

    def of(self, everywhere: bool) -> tuple[Rule, ...]:
        """One of the lists."""
        return self.everywhere if everywhere else self.script

    def at(self, place: Place) -> Rule:
        return self.of(place.everywhere)[place.index]

    def put(self, rule: Rule, place: Place) -> RuleLists:
        """With one more rule, before the one that is there now."""
        rules = self.of(place.everywhere)
        return self._with(place, (*rules[: place.index], rule, *rules[place.index :]))

    def without(self, place: Place) -> RuleLists:
        rules = self.of(place.everywhere)
        return self._with(place, (*rules[: place.index], *rules[place.index + 1 :]))

    def moved(self, place: Place, by: int) -> tuple[RuleLists, Place]:
        """With a rule in another place of its list, and that place."""
        last = len(self.of(place.everywhere)) - 1
        there = replace(place, index=max(0, min(place.index + by, last)))
        return self.without(place).put(self.at(place), there), there

    def _with(self, place: Place, rules: tuple[Rule, ...]) -> RuleLists:
        if place.everywhere:
            return RuleLists(self.script, rules)
        return RuleLists(rules, self.everywhere)
