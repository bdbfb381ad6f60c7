"""Which laws follow from the words of a goal; each is confirmed by an example before it is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apprentice.proof import telling


@dataclass(frozen=True, slots=True)
class Rule:
    """A law with the words that it follows from.

    Attributes:
        law: of the module `laws`.
        states: what holds, for a person.
        words: one of them must be in the goal.
        but: none of them may be.
        telling: an example must be so, and the law must hold for it.
        arguments: how many there must be; 0 for any.
        exact: the goal must say nothing else.
    """

    law: str
    states: str
    words: str
    but: str
    telling: telling.Predicate
    arguments: int = 0
    exact: bool = False


_CHANGED: Final = (
    r"uniq|duplicat|repeat|distinct|remov|delet|drop|filter|\bonly\b|without|replac|\bnames?\b|insert|\badd|merge|conver|lower|"
    r"upper|normali|strip|\bsum|squar|\btop\b|most|least|limit|longest|every|split|expand|increment|doubl"
)
_PART: Final = (
    r"even|odd|negative|positive|second|2nd|third|absolut|prime|digit|\bsub|differ|\bthan\b|product|\bsum|unique|distinct|index|"
    r"position|indic|occur|frequen|\bkey|\bby\b|pair|squar|ignor|skip|\bonly\b|except|round|nested|string|length|kth|\bk\b|n-th"
)
_THINGS: Final = (
    r"words?|letters?|characters|digits|vowels|consonants|items|elements|lines|times|occurrences|integers|numbers|pairs|triples|"
    r"entries|keys|strings|days|spaces|substrings|elements?"
)
_LIST: Final = (
    r"(a |an |the |its |all |given )*(list|array|sequence|numbers|integers|elements|items|values)\b"
)

RULES: Final[Sequence[Rule]] = (
    Rule(
        "ascending",
        "the result is sorted",
        r"\breturns? (a |the )?(new )?sorted\b|\bsorts? (a|the|an|all|its|given)\b|\bin (ascending|alphabetical|increasing|sorted) order\b|"
        r"\bsmallest to largest\b|\bsorted (numbers|list|unique)\b",
        r"descend|revers|largest to smallest|decreas|\bby\b(?! commas)|accord|\bkey|length|frequen|equal|\bties?\b|index|indic|"
        r"even|\bodd|third|custom|\bcase\b|each row|inner|depend|\bif (the )?(sum|first|flag)",
        telling.three,
    ),
    Rule(
        "descending",
        "the result is sorted from large to small",
        r"\bin (descending|decreasing) order\b|\blargest to smallest\b|\bhighest to lowest\b",
        r"ascend|\bby\b(?! commas)|accord|\bkey|length|frequen|equal|\bties?\b|index|indic|even|\bodd|third|custom|\bcase\b|except|"
        r"increas|depend|name|replac|\bif\b",
        telling.three,
    ),
    Rule(
        "same_items",
        "the result has the items of the argument, each as often",
        r"\b(sorts?|reverses?|rotates?|shuffles?|rearranges?|reorders?)\b|\bmoved to the\b",
        _CHANGED + r"|\bwords?\b|\bcase\b",
        telling.several,
    ),
    Rule(
        "same_words",
        "the result has the words of the argument, each as often",
        r"\b(reverses?|sorts?|orders?) (the )?(order of )?(the )?words\b",
        _CHANGED + r"|letters|each word",
        telling.several,
        1,
    ),
    Rule(
        "backwards",
        "the result is the argument backwards",
        r"\breverses? (a |the |an |given )*(text|string|list|items|(order of (the )?)?(items|elements|characters|letters))\b",
        _CHANGED
        + r"|\bwords?\b|\bcase\b|each|\bif\b|unless|vowel|between|digit|range|group|\bthen\b|nested|key",
        telling.several,
        1,
        exact=True,
    ),
    Rule(
        "no_twins",
        "no item of the result occurs twice",
        r"\bwithout (any )?(duplicate|repeat)|\bunique (elements|items|values|words|numbers)|\bdistinct (elements|items|values|words|"
        r"numbers)|\bremoves? (all )?(the )?duplicates?\b|\bdeduplicate|\boccur more than once\b",
        r"adjacent|consecutive|in a row|neighbo|\bcounts?\b|number of (the )?(uni|dis|dup)|at most|\bkey|\bby\b|keep|maximum number",
        telling.had_twins,
    ),
    Rule(
        "among",
        "each item of the result is one of the argument's",
        r"\bfilters?\b|\bitems of (the|a) (first )?list that\b|\breturns? only\b|\bonly (the )?\w+ (numbers|items|elements|integers) in\b|"
        r"\bcommon (items|elements)|\bremoves? (all )?(the )?(duplicates?|elements|items)|\bunique (elements|items)|"
        r"\bwithout (repeated|duplicate)|\bevery second item\b",
        r"replac|conver|lower|upper|strip|pair|nested|flatten|\bsum|squar|\badd|group|\bmap|count|index|\bnames?\b|length of|transform|"
        r"doubl|tupl|round|absolut|capital",
        telling.some,
    ),
    Rule(
        "one_among",
        "the result is an item of the argument",
        r"\breturns? the (first|last|largest|smallest|longest|shortest|biggest|greatest|lowest|highest|minimum|maximum|most common|"
        r"most frequent) (item|element|number|value|string|word|text|name)( \w+)? ?(of|in|from) (a|the)\b",
        r"product|\bsum|differ|squar|conver|lower|upper|round|index|position|length of|sub|character|letter",
        telling.of_list,
        1,
        exact=True,
    ),
    Rule(
        "largest",
        "the result is the largest item",
        r"\b(returns?|finds?) (the )?(largest|maximum|biggest|greatest|highest) (item |element |number |value |integer )?(of|in|from) "
        + _LIST,
        _PART,
        telling.number_of_list,
        1,
        exact=True,
    ),
    Rule(
        "smallest",
        "the result is the smallest item",
        r"\b(returns?|finds?) (the )?(smallest|minimum|lowest|least) (item |element |number |value |integer )?(of|in|from) "
        + _LIST,
        _PART,
        telling.number_of_list,
        1,
        exact=True,
    ),
    Rule(
        "total",
        "the result is the sum of the items",
        r"\breturns? the (sum|total) of (all )?(the )?(numbers|integers|values|items|elements) (in|of) (a|the|its) (given )?"
        r"(list|array)\b",
        _PART.replace(r"\bsum|", "") + r"|cube|magnitude|multipl|between|exclu|weight",
        telling.number_of_list,
        1,
        exact=True,
    ),
    Rule(
        "between",
        "the result lies between the smallest and the largest item",
        r"\b(average|mean|median) of " + _LIST,
        r"absolut|deviation|geometric|weight|squar|round|moving|differ|percent|scal|string|binary|without|exclu|positive|negative",
        telling.number_of_list,
        1,
        exact=True,
    ),
    Rule(
        "clamped",
        "the result is the value within its bounds",
        r"\b(clamps?|clips?|limits) (a|the)\b",
        r"wrap|cycl|swap|round|string|text|raise",
        telling.a_number,
        3,
    ),
    Rule(
        "lower_case",
        "no capital letter is in the result",
        r"\b(in|to|into) (all )?lower[- ]?case\b|\bslugs?\b|\bslugify\b|\bsnake[_ ]case\b",
        r"or (lower|upper)|swap|flip|except|first (letter|char)|capital|title|\bkeep|starts? with|begins? with|\bcount|vice|camel",
        telling.lowered,
        1,
    ),
    Rule(
        "upper_case",
        "no small letter is in the result",
        r"\b(in|to|into) (all )?upper[- ]?case\b",
        r"or (lower|upper)|swap|flip|except|first (letter|char)|capital|title|\bkeep|starts? with|begins? with|\bcount|vice",
        telling.raised,
        1,
    ),
    Rule(
        "not_negative",
        "the result isn't below zero",
        rf"\b(number of|how many|counts?|how often) (the )?(number of )?(\w+ )?({_THINGS})\b|\bcounts? how often\b",
        r"differ|minus|subtract|negative|chang|balance|\bnet\b|index|-1|position|weight|\bleft\b|\blead|remain|ahead|behind|against|"
        r"missing|surplus|\bmore\b|fewer",
        telling.a_count,
    ),
    Rule(
        "counts",
        "each value of the result is at least one",
        r"\bhow often each\b|\bcounts? (each|the|its) (words?|letters?|characters?|items?|lines?)\b|\bnumber of (times|occurrences)\b|"
        r"\bcounts its lines\b",
        r"zero|\b0\b|all letters|differ|negative|minus|subtract",
        telling.a_dict,
    ),
    Rule(
        "divides_both",
        "the result is the greatest common divisor",
        r"\bgreatest common (divisor|factor)|\bgcd\b",
        r"least|lcm|coprime|fraction|more than two|list",
        telling.integers,
        2,
    ),
    Rule(
        "least_multiple",
        "the result is the least common multiple",
        r"\b(least|lowest|smallest) common multiple|\blcm\b",
        r"fraction|more than two|list",
        telling.integers,
        2,
    ),
    Rule(
        "prime_told",
        "the result is True for prime numbers only",
        r"\b(whether|if) (a |the |given )*(number|integer|n|it) is (a )?prime\b",
        r"factor|multipl|product|\bsum|semi|twin|length|index|digit|palindrom|fib|circular|count|\d+ prime",
        telling.a_truth,
        1,
    ),
    Rule(
        "prime_product",
        "the result's items are primes, and their product is the argument",
        r"\bprime factors\b",
        r"distinct|unique|different|largest|smallest prime|number of prime|\bsum|exponent|\bpair|without",
        telling.twice,
        1,
    ),
    Rule(
        "factorial",
        "the result is the factorial",
        r"\bfactorial of (a|the|n|an|its)\b",
        r"double|\bsum|digit|trailing|special|even|odd|product of|mod",
        telling.integers,
        1,
        exact=True,
    ),
    Rule(
        "flattened",
        "the result has what all lists in the argument hold, in order",
        r"\bflattens?\b",
        _CHANGED + r"|dict|key|sort",
        telling.several,
        1,
    ),
    Rule(
        "joined",
        "the pieces, one behind the other, are the argument",
        r"\b(chunks?|batches|pieces|groups) of\b|\bin(to)? (chunks|batches|pieces)\b",
        r"\bpad|fill|drop|ignor|discard|incomplete|left out|remain|trim|strip|separat|overlap|window|\bwords?\b|sort|\bkey|whitespace|"
        r"comma|vowel|equal",
        telling.several,
    ),
    Rule(
        "same_when_repeated",
        "doing it again changes nothing",
        r"\bslugs?\b|\bslugify\b|\bremoves? (all )?(the )?(vowels|punctuation|white ?space|spaces|digits|duplicates)\b|\bwithout vowels\b|"
        r"\b(collapses?|normali[sz]es?) (all )?(the )?(runs of )?(white ?space|spaces|blanks)|"
        r"\b(strips?|trims?) (leading|trailing|surrounding|white|spaces|blank)",
        r"each|revers|adjacent|consecutive|first|nested|every|\bcount|more than once|\bonly\b|decod|html|\btags?\b|escap|number of|split|"
        r"at most|\bmax|\d char|limit|truncat|\bcut",
        telling.same_type,
        1,
    ),
    Rule(
        "transposed",
        "rows have become columns",
        r"\btransposes?\b|\brows (of a matrix )?(in)?to columns\b",
        r"antitrans|conjugate|rotat|revers|\bpad|fill|shorter|longest",
        telling.some,
        1,
    ),
    Rule(
        "same_backwards",
        "a text and the same backwards give the same",
        r"\b(is a palindrome|reads the same backwards?)\b",
        r"prefix|begins|starts|suffix|first|last|sub|index|longest",
        telling.a_truth,
        1,
    ),
    Rule(
        "palindrome",
        "the result reads the same backwards",
        r"\b(shortest|nearest|longest) palindrom|\bmakes? (a|the) palindrom",
        r"ignor|case|number|length|count|only letters",
        telling.a_text,
        1,
    ),
    Rule(
        "either_way",
        "the two arguments may be swapped",
        r"\banagrams?\b|\b(edit|levenshtein|hamming) distance",
        r"group|cost|weight|cycl|\bsub|contain|prefix|within|any of",
        telling.like_each_other,
        2,
    ),
)

#: Words that take something back.
HEDGES: Final = re.compile(r"\b(but|unless|except|instead|however|rather)\b")
_BEFORE: Final = re.compile(
    r"(write|create|make|implement|a|an|the|python|function|named|called|that|which|this|it|to|with|signature|and|docstring|given|"
    r"list|string|text|of|numbers|integers|please|i|need|want|for|me|returns?|computes?|calculates?|finds?|gives?|\W)*"
)
_AFTER: Final = re.compile(
    r"( (of|in) (a |the |given )*(numbers|integers|floats|items|values|list|strings|words))?"
    r"(\s*[,.;:]?\s*(or|and|if|an|a|the|for)\b[^.;]*\b(empty|no (items|numbers|elements))\b[^.;]*)*[\s.,;:]*"
)


def says_nothing_else(goal: str, found: re.Match[str], function: str) -> bool:
    """Whether a goal is just the words found, and perhaps what comes of an empty list."""
    before = re.sub(rf"\b{re.escape(function.lower())}\b", " ", goal[: found.start()])
    return bool(_BEFORE.fullmatch(" ".join(before.split())) and _AFTER.fullmatch(goal[found.end() :]))


_PLACES: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ROUNDED: Final = re.compile(
    r"\brounded (\w+ )?to (\d|one|two|three|four|five) (decimal|digits after|places)"
)


def rounded_to(goal: str) -> tuple[str, int] | None:
    """The words that say to how many decimal places a result is rounded, and that number."""
    found = _ROUNDED.search(goal)
    if found is None or len(_ROUNDED.findall(goal)) > 1:
        return None
    return found[0], _PLACES.get(found[2]) or int(found[2])
