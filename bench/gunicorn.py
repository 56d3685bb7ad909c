"""gunicorn configuration of the measured servers, instead of the product's gunicorn.conf.py."""

control_socket_disable = True
