"""What the measurements share: a world of any size, the two servers, wrk, and the people who act.

Nothing of the product imports it. Tests may load a small world by `population`, `chains` and `bulk`.
"""
