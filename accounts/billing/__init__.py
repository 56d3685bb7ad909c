"""Billing facts of an account as frozen dataclasses, and the data of the account page."""
