"""The measuring server: nothing of the product's own gunicorn.conf.py."""

control_socket_disable = True
