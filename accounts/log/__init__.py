"""The operation log: appending to it, reading it, exporting it, and the triggers that guard it."""
