"""The query budget of a page, including session and user, for any number of rows."""

PAGE_QUERIES = 14
