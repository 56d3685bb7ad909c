"""Page data: frozen dataclasses that views build for templates, so that templates make no decisions.

Views import it. It imports models, eligibility and queries, and writes nothing.
"""
