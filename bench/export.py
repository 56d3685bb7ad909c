"""CSV export of a long log: rows per second, time to the first byte, memory: `python -m bench.export`.

Needs a DATABASE_URL of PostgreSQL, and fills an empty database with a world. A server exports the logs of the first
customer and of the large partner alternately; its memory is read before and after, and each file must be complete. In a
world of 10,000,000 entries the partner's file has about 950,000 rows. `--rounds 2`.
"""

import http.client
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.rig import arguments, servers

PIECE = 64 * 1024
PAGES = {"customer": "/my-partner/operation-log/", "partner": "/partner/operation-log/"}


@dataclass(frozen=True)
class Export:
    rows: int
    first_byte: float
    seconds: float


def main() -> None:
    asked = arguments.read(__doc__, rounds=2, seconds=0)
    servers.start_django()
    from accounts.models import Tenant
    from bench.rig import people, stage
    from bench.rig.population import LARGE_PARTNER

    stage.set_up(*arguments.WORLD_OF_PAGES)
    who = {"customer": Tenant.objects.customers().order_by("pk")[0].pk, "partner": LARGE_PARTNER}
    with servers.running() as sites:
        for _ in range(asked.rounds):
            for side, user in who.items():
                before = peak_memory(sites.portal.pid)
                done = export(sites.portal.address, PAGES[side], people.sign_in([user])[0])
                print(
                    f"{side:9} {done.rows:9,} rows, {done.rows / done.seconds:8,.0f} rows/s, first byte after "
                    f"{done.first_byte * 1000:6.1f} ms, peak memory of a web process {before} -> "
                    f"{peak_memory(sites.portal.pid)} MiB",
                    flush=True,
                )


def export(site: str, path: str, cookies: str) -> Export:
    from bench.rig.people import CSRF_SECRET

    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=600)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.monotonic()
    connection.request("POST", path, f"csrfmiddlewaretoken={CSRF_SECRET}", headers)
    answer = connection.getresponse()
    last = answer.read(1)
    first_byte = time.monotonic() - begun
    while piece := answer.read(PIECE):
        last = (last + piece)[-100:]
    return Export(_counted(last.decode()), first_byte, time.monotonic() - begun)


def _counted(end: str) -> int:
    """Return the number of rows from the last line of a complete file."""
    return int(end.rpartition("# complete, ")[2].removesuffix(" rows"))


def peak_memory(master: int) -> int:
    """Return the peak memory of gunicorn's largest child process so far, in MiB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    lines = [line for pid in children for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


if __name__ == "__main__":
    main()
