"""The admin of partners, one module a subject, and what staff may do with a customer beyond what accounts knows."""

from partners.admin import associations, partners, policies, requests, tenants

__all__ = ["associations", "partners", "policies", "requests", "tenants"]
