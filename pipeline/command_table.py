"""Which module of `pipeline.commands` has which command, and reading it when it is called for.

A search from the shell has to answer soon, and the modules of the other commands take longer to
import than the search itself; so only the called command's module is imported, by its name in the
table; and what a search waits longest for is begun before its module is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "building": ("add", "read", "refresh", "crawl", "extract", "code", "index"),
        "importing": ("import", "import-dump"),
        "finding": ("search", "map", "cite"),
        "saved": ("changes", "saved"),
        "describing": ("status", "runs", "doctor"),
        "sources": ("sources",),
        "screening": ("screening",),
        "queue": ("queue",),
        "coding": ("agreement", "coding", "appraise"),
        "rounds": ("round",),
        "deciding": ("join", "split", "correct", "remove"),
        "codebook": ("codebook",),
        "exporting": ("export",),
        "keeping": ("backup", "restore"),
    }
)
"""Module of `pipeline.commands` -> its commands, in the order in which they are listed."""

_MODULE_OF = {command: module for module, commands in MODULES.items() for command in commands}


class Commands(TyperGroup):
    """The program's commands, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in the table's order."""
        return list(_MODULE_OF)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name; of a name that is none all are read, to tell like ones."""
        for module in (_MODULE_OF[cmd_name],) if cmd_name in _MODULE_OF else MODULES:
            if not self.commands.keys() >= set(MODULES[module]):
                part = typer.Typer(rich_markup_mode=None)
                import_module(f"pipeline.commands.{module}").register(part)
                self.commands.update(get_group(part).commands)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments call for, with the rest of them."""
        if args[:1] == ["search"]:
            import_module("kb.head_start").begin_search(args[1:])
        return super().resolve_command(ctx, args)


def read_commands() -> Mapping[str, Any]:
    """Return every command by its name, imported: for documentation and tests."""
    group = Commands(name="samvirke")
    return {name: group.get_command(None, name) for name in group.list_commands(None)}
