"""What the pages show: frozen values between a view and its template, so that templates hold no decisions.

Views import it; it imports models, eligibility and reading, and writes nothing.
"""
