"""SMS backends, selected by a dotted path (SMS_BACKEND) like Django's mail backends.

A new provider is one file with one class, and that setting. The package imports nothing else of the project.
"""

from accounts.sms.contract import Rejected, SmsBackend, Unavailable, get_backend

__all__ = ["Rejected", "SmsBackend", "Unavailable", "get_backend"]
