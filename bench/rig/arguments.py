"""Command-line arguments of the benchmarks, and the sizes of the worlds that they load into an empty database."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

WORLD_OF_PAGES = (1_000, 10_000)  # tenants, log entries
WORLD_OF_FLOWS = (20_000, 100_000)  # larger, because every flow needs a new customer


def read(doc: str | None, *, rounds: int, seconds: int, names: bool = False) -> Namespace:
    """Parse the arguments. With `names`, the user may choose what to measure."""
    parser = ArgumentParser(description=doc, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=int, default=seconds, help="of each round")
    if names:
        parser.add_argument("names", nargs="*", help="only those whose name contains one of these")
    return parser.parse_args()


def chosen(name: str, words: list[str]) -> bool:
    return not words or any(word.lower() in name.lower() for word in words)
