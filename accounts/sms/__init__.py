"""Ways to send a text message: backends named by a dotted path (SMS_BACKEND), twins of Django's mail backends.

At the bottom: imports nothing of the project. A new provider is one file with one class, and that setting.
"""

from accounts.sms.contract import Rejected, SmsBackend, Unavailable, get_backend

__all__ = ["Rejected", "SmsBackend", "Unavailable", "get_backend"]
