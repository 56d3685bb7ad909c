"""The layout around the content of every page: branding, navigation and the header bar."""
