"""Solutions to the exercises of lesson 11, in another form than those that `ex.solution` explains."""

import math


def cost_per_thousand(prompt_tokens, completion_tokens, read_price, write_price):
    spent = {"read": prompt_tokens * read_price, "written": completion_tokens * write_price}
    return sum(spent.values()) / 1e3


def break_even(fixed_a, call_a, fixed_b, call_b):
    if call_b > call_a or (call_b == call_a and fixed_b > fixed_a):
        return math.inf
    return 0.0 if fixed_b <= fixed_a else (fixed_b - fixed_a) / (call_a - call_b)


def flip_weight(gaps, weights, name):
    lead = sum(weights[each] * gaps[each] for each in gaps)
    if gaps[name] == 0:
        return math.inf
    weight = weights[name] - lead / gaps[name]
    return math.inf if weight < 0 else weight


def most_moving_first(prices, ranges, result):
    moved = {}
    for name, ends in ranges.items():
        at_low, at_high = (result(dict(prices) | {name: end}) for end in ends)
        moved[name] = abs(at_high - at_low)
    return sorted(moved, key=moved.get, reverse=True)
