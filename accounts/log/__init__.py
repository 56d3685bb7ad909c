"""The operation log: append, read and export entries, and the triggers that make it append-only."""
