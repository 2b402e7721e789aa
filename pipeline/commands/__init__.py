"""The commands of `samvirke`, a module for each kind: each function parses, calls and prints."""
