"""Pictures of PDF pages: right page, right boxes, cached, and bad files refused in a sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from kb.errors import BlobError, RecordError
from kb.page_picture import page_picture
from kb.page_render import MARKER, RenderError, render_page
from kb.settings import Settings
from kb.store import Store, open_store


def two_pages(width: float = 400, height: float = 600) -> bytes:
    """A PDF whose first page is red at the top left and whose second is blue."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(width, height))
    for colour in ((1, 0, 0), (0, 0, 1)):
        canvas.setFillColorRGB(*colour)
        canvas.rect(0, height * 0.9, width * 0.1, height * 0.1, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def opened(png: bytes) -> Image.Image:
    """The picture as pixels."""
    return Image.open(io.BytesIO(png)).convert("RGB")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty record."""
    return open_store(Settings(home=tmp_path))


def test_the_page_asked_for_is_rendered_at_its_width(store: Store) -> None:
    sha256 = store.blobs.put(two_pages())
    first = opened(page_picture(store.settings, store, sha256, 0, width_px=500))
    second = opened(page_picture(store.settings, store, sha256, 1, width_px=500))
    assert first.size == (500, 750)
    assert first.getpixel((10, 10)) == (255, 0, 0)
    assert second.getpixel((10, 10)) == (0, 0, 255)


def test_a_box_is_marked_where_it_stands_and_nowhere_else(store: Store) -> None:
    sha256 = store.blobs.put(two_pages())
    picture = opened(
        page_picture(store.settings, store, sha256, 0, boxes=[(0.2, 0.5, 0.8, 0.6)], width_px=400)
    )
    assert picture.getpixel((200, 330)) == MARKER
    assert picture.getpixel((200, 290)) == (255, 255, 255)
    assert picture.getpixel((200, 370)) == (255, 255, 255)
    assert picture.getpixel((60, 330)) == (255, 255, 255)
    assert picture.getpixel((340, 330)) == (255, 255, 255)


def test_marking_keeps_what_is_printed_readable(store: Store) -> None:
    picture = opened(render_page(two_pages(), 0, 400, [[0, 0, 1, 1]]))
    assert picture.getpixel((10, 10)) == (255, 0, 0)  # red times yellow is still red
    assert picture.getpixel((300, 300)) == MARKER


def test_a_rendered_page_is_kept_and_read_again(store: Store) -> None:
    sha256 = store.blobs.put(two_pages())
    first = page_picture(store.settings, store, sha256, 0)
    kept = list(store.settings.pages_folder.glob("*/*.png"))
    assert [path.read_bytes() for path in kept] == [first]
    store.blobs.path(sha256).unlink()
    assert page_picture(store.settings, store, sha256, 0) == first
    page_boxes = [(0.1, 0.1, 0.2, 0.2)]
    with pytest.raises(BlobError, match="restore it from a backup"):
        page_picture(store.settings, store, sha256, 0, boxes=page_boxes)


def test_a_half_written_picture_is_rendered_again(store: Store) -> None:
    sha256 = store.blobs.put(two_pages())
    good = page_picture(store.settings, store, sha256, 0)
    (kept,) = store.settings.pages_folder.glob("*/*.png")
    kept.write_bytes(b"")
    assert page_picture(store.settings, store, sha256, 0) == good
    assert kept.read_bytes() == good


@pytest.mark.parametrize(
    ("data", "page", "said"),
    [
        (b"%PDF-1.7 and then nothing of use", 0, "cannot be opened as a PDF"),
        (b"", 0, "cannot be opened as a PDF"),
        (b"<html><script>alert(1)</script></html>", 0, "cannot be opened as a PDF"),
        (two_pages(), 7, "it has 2 pages, not 8"),
        (two_pages(), -1, "it has 2 pages, not 0"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(
    store: Store, data: bytes, page: int, said: str
) -> None:
    sha256 = store.blobs.put(data)
    with pytest.raises(RecordError, match=said) as caught:
        page_picture(store.settings, store, sha256, page)
    assert sha256[:12] in str(caught.value)
    assert str(caught.value).endswith("open the publication at its own address instead.")
    assert not list(store.settings.pages_folder.glob("*/*.png"))


def test_only_a_hash_opens_a_file(store: Store) -> None:
    with pytest.raises(BlobError, match="64 hexadecimal digits"):
        page_picture(store.settings, store, "../../etc/passwd", 0)


def test_a_page_of_absurd_size_is_shown_smaller() -> None:
    picture = opened(render_page(two_pages(200, 14_000), 0, 2400, []))
    assert picture.size[0] * picture.size[1] <= 12_100_000


def test_boxes_outside_the_page_or_inside_out_do_no_harm() -> None:
    marked = render_page(two_pages(), 0, 300, [[-5, 0.5, 9, 0.6], [0.9, 0.9, 0.1, 0.1]])
    picture = opened(marked)
    assert picture.getpixel((150, 247)) == MARKER
    assert picture.getpixel((150, 225 * 2 - 30)) == (255, 255, 255)
    with pytest.raises(RenderError, match="cannot be opened"):
        render_page(b"nothing", 0, 300, [])
