"""Signing in: who may, how many wrong passwords are taken, how long a session lasts, what a password must be."""
