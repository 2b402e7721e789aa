"""Search over a generation's passages, in any of the languages, by meaning and by word.

`rows` says what goes in and comes out, `build` fills a generation's folder, `searcher` answers.
Generations themselves, and JSON for people and scripts, are made elsewhere.
"""
