"""Forms of accounts. They validate the shape of the input; rules and writes are in the operations."""
