"""Catalogues that answer in JSON: one module for each interface, asked by one way of listing.

Owns what the interfaces are asked and where their records and files lie. What a record's fields
mean is `pipeline.extract.api_record`'s business.
"""
