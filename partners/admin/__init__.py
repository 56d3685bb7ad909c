"""The admin of partners. It also extends the tenant admin of accounts with verbs for customers."""

from partners.admin import associations, partners, policies, requests, tenants

__all__ = ["associations", "partners", "policies", "requests", "tenants"]
