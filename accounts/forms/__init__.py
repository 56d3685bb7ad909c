"""The forms of accounts: the shape of what is sent, no rule and no write."""
