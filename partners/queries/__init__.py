"""Read queries of the partner relationship, for pages and operations. The number of queries does not depend on rows."""
