"""The pages of the partner relationship, one module a page."""
