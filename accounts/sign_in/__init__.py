"""Authentication: the backend, the throttle of wrong passwords, session expiry and password validators."""
