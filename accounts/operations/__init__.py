"""The writes of accounts: one verb a module, each one transaction with its log entry."""
