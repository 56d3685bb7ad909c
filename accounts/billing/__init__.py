"""The billing facts of an account, typed and frozen, and the data of the account page."""
