"""`make bench`: list the measurements, or run one: `make bench ARGS="pages"`."""

import importlib
import pkgutil
import runpy
import sys
from pathlib import Path

HIDDEN = {"__main__", "gunicorn", "settings", "stick", "urls", "senders"}


def main() -> None:
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    names = [module.name for module in found if not module.ispkg and module.name not in HIDDEN]
    if len(sys.argv) > 1 and sys.argv[1] in names:
        name = sys.argv.pop(1)
        sys.argv[0] = f"bench.{name}"
        runpy.run_module(f"bench.{name}", run_name="__main__")
        return
    for name in names:
        summary = (importlib.import_module(f"bench.{name}").__doc__ or "").strip().splitlines()[0]
        print(f'make bench ARGS="{name}"  {summary}')


if __name__ == "__main__":
    main()
