"""The gallery: every page of the portal in every state, for the tests that look at all of them.

A page that is added without a place here turns those tests red.
"""
