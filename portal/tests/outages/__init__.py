"""What the portal answers while its database is locked, slow, read-only, full or absent, and that nothing is lost."""
