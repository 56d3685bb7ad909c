"""Race tests: eight concurrent callers, fresh rows in each round, and exactly one wins.

`racing` runs the callers, `protections` disables locks and constraints, `books` has the assertions for the end.
For each race, a second test shows that it is lost without its protection.
"""
