"""The crawl's child with shorter waits, so that a test of a slow server need not be slow itself."""

from __future__ import annotations

import sys
from dataclasses import replace

from pipeline.crawl import child, manners

TIMEOUT_S = 2.0

if __name__ == "__main__":
    manners.REPLICA = replace(manners.REPLICA, timeout_s=TIMEOUT_S)
    sys.exit(child.main())
