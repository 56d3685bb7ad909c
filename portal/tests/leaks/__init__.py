"""The way through the running portal, and the search of everything that it leaves behind for secrets.

walk       who walks, and every step   visitor  a browser that writes down what it sees
programs   web, worker, beat or clock  echo     a text message provider that repeats what it is told
traces     what is left behind         secrecy  the search for secrets in any form
"""
