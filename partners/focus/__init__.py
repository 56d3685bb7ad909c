"""Import of billing files in FOCUS (FinOps Open Cost and Usage Specification) 1.0 to 1.4.

records.py parses the records of a CSV file of any size, datasets.py detects the dataset by the header, mapping.py and
contracts.py map the columns, staging.py groups the rows by customer in bounded memory, importing.py and
contract_import.py upsert the customers in batches. Only `manage.py import_focus` imports this package.
"""
