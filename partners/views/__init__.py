"""Views of the partner relationship, one page per module."""
