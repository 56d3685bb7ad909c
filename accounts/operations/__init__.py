"""Operations of accounts: every write of its models, one verb per module, in one transaction with its log entry."""
