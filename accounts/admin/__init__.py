"""The admin of accounts. `model_admins.py` has the base classes."""

from accounts.admin import billing, codes, groups, health, log, notifications, tenants, users

__all__ = ["billing", "codes", "groups", "health", "log", "notifications", "tenants", "users"]
