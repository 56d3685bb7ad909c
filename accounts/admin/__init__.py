"""The admin of accounts, one module a subject. `model_admins.py` says what no page of it may do."""

from accounts.admin import billing, codes, groups, log, notifications, tenants, users

__all__ = ["billing", "codes", "groups", "log", "notifications", "tenants", "users"]
