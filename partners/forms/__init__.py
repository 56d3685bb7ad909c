"""Forms of partners. They validate the shape of the input; rules and writes are in the operations."""
