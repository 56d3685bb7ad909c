"""A state machine over every operation: who, when and with which facts is drawn by hypothesis, the books must hold.

cast       who is there             oracle     what must come out, computed without the product's own code
snapshot   what a refusal may touch books      what must hold of the rows after every step
stage      runs a verb and judges   *_rules    one rule an operation; `partners/tests/test_machine.py` joins them
"""
