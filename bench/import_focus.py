"""Rows per second and peak memory of an import, by file size: `python -m bench.import_focus SAMPLE [ROWS ...]`.

SAMPLE is any FOCUS file. Larger files are copies of its rows, billed to twenty sets of customers. Each import runs
twice, in a new process with its own SQLite database. The second run must change nothing.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path

SIZES = (10_000, 1_000_000)
SETS = 20  # of customers


def main(sample: str, sizes: list[int]) -> None:
    for size in sizes or SIZES:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "focus.csv")
            _write(Path(sample), path, size)
            environment = _environment(directory)
            _manage(environment, "migrate", "-v0")
            for run in ("first", "second"):
                result, peak = _measure(environment, path)
                rate = result["rows"] / result["seconds"]
                print(f"{run} run: {rate:,.0f} rows/s, {peak:,} MiB peak, {json.dumps(result)}", flush=True)


def _write(sample: Path, path: Path, size: int) -> None:
    with (
        sample.open(newline="", encoding="utf-8-sig") as source,
        path.open("w", newline="", encoding="utf-8") as target,
    ):
        reader = csv.DictReader(source)
        rows = list(reader)
        writer = csv.DictWriter(target, reader.fieldnames or (), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(islice(chain.from_iterable(_copy(rows, number) for number in count()), size))


def _copy(rows: list[dict[str, str]], number: int) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {**row, "SubAccountId": f"{row['SubAccountId']}-{number % SETS}"}


def _environment(directory: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": f"sqlite:///{directory}/portal.sqlite3", "DEMO": "1"}


def _manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], env=environment, check=True)


def _measure(environment: dict[str, str], path: Path) -> tuple[dict[str, float], int]:
    """Return the figures of the import and the peak memory of its process in MiB."""
    command = [sys.executable, "-m", "bench.import_focus", "--one", str(path)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    line, peak = done.stdout.decode().splitlines()
    result: dict[str, float] = json.loads(line)
    return result, int(peak) // 1024


def _import(path: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("import_focus", path, "--model", "reseller")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--one":
        _import(sys.argv[2])
    else:
        main(sys.argv[1], [int(size) for size in sys.argv[2:]])
