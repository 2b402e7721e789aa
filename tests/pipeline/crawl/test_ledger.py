"""Writing in batches: everyone gets their own receipt, and nobody another's error."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from kb.errors import BlobError
from kb.frontier import Frontier, Outcome, Receipt, Settled, Sighting, Wanted
from kb.store import Store
from pipeline.crawl.ledger import Ledger


class Recording(Frontier):
    """A real frontier that counts its transactions and refuses one poisoned address."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, 1)
        self.sizes: list[int] = []

    def settle_all(self, batch: Sequence[Settled]) -> list[Receipt]:
        self.sizes.append(len(batch))
        if any("poison" in settled.url for settled in batch):
            raise BlobError("The disk is full.")
        return super().settle_all(batch)


def page(name: str) -> Settled:
    url = f"http://x.test/{name}"
    sighting = Sighting(url, "x", url, "landing")
    link = Wanted(url + "/more", "x", "chapter")
    return Settled(url, Outcome("done"), ((name.encode(), sighting),), (link,))


async def settle(frontier: Frontier, names: list[str]) -> list[Receipt | BaseException]:
    ledger = Ledger(frontier)
    return await asyncio.gather(
        *(ledger.settle(page(name)) for name in names), return_exceptions=True
    )


def test_many_addresses_take_few_transactions(store: Store) -> None:
    frontier = Recording(store)
    names = [str(n) for n in range(100)]
    frontier.want([Wanted(f"http://x.test/{name}", "x", "landing") for name in names])
    receipts = asyncio.run(settle(frontier, names))
    assert sum(frontier.sizes) == 100
    assert len(frontier.sizes) <= 3
    for name, receipt in zip(names, receipts, strict=True):
        assert isinstance(receipt, Receipt)
        assert receipt.changed == (f"http://x.test/{name}",)
        assert [link.url for link in receipt.new] == [f"http://x.test/{name}/more"]
    assert frontier.item_at("http://x.test/99") == "http://x.test/99"


def test_one_address_that_cannot_be_written_fails_alone(store: Store) -> None:
    frontier = Recording(store)
    results = asyncio.run(settle(frontier, ["first", "a", "poison", "b"]))
    kinds = [type(result) for result in results]
    assert kinds == [Receipt, Receipt, BlobError, Receipt]
    assert frontier.item_at("http://x.test/b") is not None
    assert frontier.item_at("http://x.test/poison") is None


def test_it_goes_on_after_an_error(store: Store) -> None:
    frontier = Recording(store)

    async def one_after_the_other() -> Receipt:
        ledger = Ledger(frontier)
        with pytest.raises(BlobError):
            await ledger.settle(page("poison"))
        return await ledger.settle(page("good"))

    assert asyncio.run(one_after_the_other()).changed == ("http://x.test/good",)
