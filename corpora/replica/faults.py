"""Faults that tests put on an address of the replica.

Owns their kinds; `server` carries them out.
"""

from dataclasses import dataclass, field

PRIVATE_ADDRESS = "http://10.0.0.1/internal"


@dataclass
class Fault:
    """What an address does instead of answering well.

    `status`, `headers`, `body` and `content_type` replace the answer's own where given; `delay_s`
    is waited before the body; `truncate_to` is how many bytes are sent of the announced ones;
    `drip_s` is waited between small pieces. After `times` answers the fault is over (None: never).
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str | None = None
    delay_s: float = 0.0
    drip_s: float = 0.0
    truncate_to: int | None = None
    times: int | None = None

    @classmethod
    def server_error(cls, status: int = 500, times: int | None = None) -> "Fault":
        """Answer with a server error and a short HTML page."""
        body = b"<html><head><title>Error</title></head><body><h1>Server error</h1></body></html>"
        return cls(status=status, body=body, content_type="text/html; charset=utf-8", times=times)

    @classmethod
    def busy(cls, status: int = 503, retry_after_s: int = 1, times: int | None = 1) -> "Fault":
        """Answer 429 or 503 with Retry-After, then recover after `times` answers."""
        return cls(
            status=status,
            headers={"Retry-After": str(retry_after_s)},
            body=b"Busy",
            content_type="text/plain",
            times=times,
        )

    @classmethod
    def wrong_type(cls, content_type: str) -> "Fault":
        """Answer the right bytes under the wrong content type."""
        return cls(content_type=content_type)

    @classmethod
    def empty(cls) -> "Fault":
        """Answer 200 with no body at all."""
        return cls(body=b"")

    @classmethod
    def truncated(cls, keep: int) -> "Fault":
        """Announce the whole body, send `keep` bytes and close the connection."""
        return cls(truncate_to=keep)

    @classmethod
    def slow(cls, delay_s: float = 0.0, drip_s: float = 0.0) -> "Fault":
        """Wait before the body, or between its pieces."""
        return cls(delay_s=delay_s, drip_s=drip_s)

    @classmethod
    def redirect(cls, location: str = PRIVATE_ADDRESS, status: int = 302) -> "Fault":
        """Redirect to `location`: a private address, or the same address for a loop."""
        return cls(status=status, headers={"Location": location}, body=b"")

    @classmethod
    def replaced(cls, body: bytes, content_type: str | None = None) -> "Fault":
        """Answer other bytes, as a changed or spoiled file would."""
        return cls(body=body, content_type=content_type)
