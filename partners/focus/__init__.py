"""Import of FOCUS (FinOps Open Cost and Usage Specification) 1.0 to 1.3 Cost and Usage files.

reader.py finds the records of a file of any size, mapping.py reads what the portal needs of one, gathering.py keeps it
per customer in bounded memory, and importing.py writes it. Only `manage.py import_focus` imports this package.
"""
