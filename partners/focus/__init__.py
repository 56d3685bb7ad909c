"""Import of files of FOCUS (FinOps Open Cost and Usage Specification) 1.0 to 1.4.

records.py finds the records of a file of any size, datasets.py tells which dataset it is, mapping.py and contracts.py
read what the portal needs of a record, gathering.py keeps it per customer in bounded memory, importing.py and
contracting.py write it. Only `manage.py import_focus` imports this package.
"""
