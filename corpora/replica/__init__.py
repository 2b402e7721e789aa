"""The starter publications rendered as their publishers' sites on loopback, for demo and tests.

Owns everything between the starter evidence base and HTTP: sites, files, truth, server, faults.
Reading it back is the pipeline's; labels never stand on a page.
"""

from pathlib import Path

from corpora.registry import Source, load_sources
from corpora.replica.build import build_replica
from corpora.replica.faults import Fault
from corpora.replica.server import LoggedRequest, ReplicaServer
from corpora.replica.truth import (
    Filler,
    GoldPassage,
    PassagePlace,
    Truth,
    TruthFile,
    TruthPublication,
    load_truth,
)

__all__ = [
    "Fault",
    "Filler",
    "GoldPassage",
    "LoggedRequest",
    "PassagePlace",
    "ReplicaServer",
    "Truth",
    "TruthFile",
    "TruthPublication",
    "build_replica",
    "load_truth",
    "replica_sources",
]

SOURCES_FOLDER = Path(__file__).with_name("sources")


def replica_sources() -> dict[str, Source]:
    """Return the replica sites as sources, by id, in the schema of the real registry."""
    return load_sources(SOURCES_FOLDER)
