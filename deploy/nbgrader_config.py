"""nbgrader's configuration for everybody on the hub's machine: a copy of it belongs in /etc/jupyter."""

c = get_config()  # noqa: F821  (nbgrader puts it there)

c.Exchange.root = "/srv/nbgrader/exchange"

# Who is in two classes has a folder for each: ~/course/tf101/01-tensors.
c.Exchange.path_includes_course = True

# ngshare in place of the folder above, where README.md says so; it knows who a student is.
# from ngshare_exchange import configureExchange
# configureExchange(get_config(), "http://127.0.0.1:8000/services/ngshare")
