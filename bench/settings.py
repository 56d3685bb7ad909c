"""The portal's settings with `hello/`, the baseline view, in the URLs."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
