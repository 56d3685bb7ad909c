"""Shared code of the benchmarks: worlds of any size, the two servers, wrk and sessions.

The product does not import it. Tests may load a small world by `population`, `chains` and `bulk`.
"""
