"""What a page may cost, whatever the number of rows: the queries of its answer, session and user included."""

PAGE_QUERIES = 14
