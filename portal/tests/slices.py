"""Which slice of a sampled test a run takes: another one each day, so that some days of CI see all of it.

The header of the tests prints TEST_SLICE. Set it to repeat a run of another day.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

VARIABLE = "TEST_SLICE"
# Worker processes inherit it, so that a run over midnight stays with its slice.
SLICE = int(os.environ.setdefault(VARIABLE, str(datetime.now(UTC).date().toordinal())))
