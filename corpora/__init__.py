"""What is gathered, as data a person can read and edit; imports nothing of ours.

Public homes: `codebook`, `terms`, `registry`, `starter`, `gazetteer` and `replica`.
"""
