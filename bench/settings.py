"""The portal's settings with the measuring stick among its addresses."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
