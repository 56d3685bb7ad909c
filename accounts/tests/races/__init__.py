"""Races, decided by the database: eight callers at once, fresh rows each round, exactly one wins.

`racing` runs them, `protections` switches off in a test what decides them, `books` says what must hold afterwards.
Each race has a test that loses it without its protection.
"""
