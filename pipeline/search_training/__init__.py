"""Training of what search learns: a low-rank change of the bundled model's upper layers.

`data` says what is learned from and how it is split, `layers` runs and changes the model,
`learning` is the loop, `validation` measures on publications that were left out, `train` is the
command.
"""
