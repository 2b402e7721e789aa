"""Catalogues that answer in JSON as the real ones do: paging, filters, refusals and all.

What each interface accepts and answers is as its documentation and its users' code have it; the
records are invented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.pipeline.crawl.web import Answer, Reply, Web

JSON = "application/json"
Query = dict[str, list[str]]
Route = Callable[[str, Query], Reply]


def reply(value: Any, status: int = 200, **more: Any) -> Reply:
    """A JSON answer, which none of the catalogues gives an ETag."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(body, media_type=JSON, status=status, etag=False, **more)


class Routes(dict[str, Answer]):
    """Exact addresses first, then a route for all that begins with an address."""

    def __init__(self) -> None:
        super().__init__()
        self.routes: dict[str, Route] = {}

    def get(self, url: str, default: Any = None) -> Any:
        """What an address answers."""
        if url in self:
            return self[url]
        for start in sorted(self.routes, key=len, reverse=True):
            if url.startswith(start):
                parts = urlsplit(url)
                path = url.partition("?")[0][len(start) :]
                query = parse_qs(parts.query, keep_blank_values=True)
                return self.routes[start](unquote(path), query)
        return default


class ApiWeb(Web):
    """A web of catalogues; fill their lists, then crawl them."""

    def __init__(self) -> None:
        super().__init__()
        self.routes = Routes()
        self.pages = self.routes
        self.nva: list[dict[str, Any]] = []
        self.nva_page = 2
        self.kudos: list[dict[str, Any]] = []
        self.openalex: list[dict[str, Any]] = []
        self.crossref: dict[str, dict[str, Any]] = {}
        self.finna: list[dict[str, Any]] = []
        self._links = 0
        self.routes.routes = {
            "http://api.nva.test/search/resources": self._nva_search,
            "http://api.nva.test/publication/": self._nva_publication,
            "http://s3.test/": lambda path, query: _file(path),
            "http://kudos.test/api/v0/documents": self._kudos_documents,
            "http://kudos.test/dokument/": lambda path, query: _file(path),
            "http://api.openalex.test/works": self._openalex_works,
            "http://api.crossref.test/works/": self._crossref_work,
            "http://api.finna.test/v1/search": self._finna_search,
        }

    def _nva_search(self, path: str, query: Query) -> Reply:
        phrase = query["query"][0].strip('"').casefold()
        since = query.get("modified_since", [""])[0]
        after = query.get("searchAfter", [""])[0]
        hits = [
            hit
            for hit in sorted(self.nva, key=lambda hit: hit["identifier"])
            if phrase in json.dumps(hit, ensure_ascii=False).casefold()
            and hit.get("modifiedDate", "9999") >= since
            and hit["identifier"] > after
        ]
        page = hits[: self.nva_page]
        answer: dict[str, Any] = {
            "id": "http://api.nva.test/search/resources",
            "totalHits": len(hits),
            "hits": page,
            "@context": "http://api.nva.test/context.json",
        }
        if len(hits) > len(page):
            rest = f"query={query['query'][0]}&size=100&searchAfter={page[-1]['identifier']}"
            if since:
                rest += f"&modified_since={since}"
            answer["nextSearchAfterResults"] = f"http://api.nva.test/search/resources?{rest}"
        return reply(answer)

    def _nva_publication(self, path: str, query: Query) -> Reply:
        if "/filelink/" in path:
            self._links += 1
            file = path.rpartition("/")[2]
            return reply({"id": f"http://s3.test/{file}?sig={self._links}", "expires": "soon"})
        return reply({"title": "Not Found", "status": 404}, 404)

    def _kudos_documents(self, path: str, query: Query) -> Reply:
        allowed = {"type", "page", "per_page", "published_year_from", "published_year_to"}
        if set(query) - allowed:
            return reply({"error": {"details": {"allowed_parameters": sorted(allowed)}}}, 422)
        per_page, page = int(query["per_page"][0]), int(query["page"][0])
        if per_page > 50:
            return reply({"error": {"details": {"per_page": ["may not be greater than 50."]}}}, 422)
        year = query.get("published_year_from", [""])[0]
        found = [
            document
            for document in self.kudos
            if document["type"] == query["type"][0]
            and (not year or (document["publish_date"] or "").startswith(year))
        ]
        start = (page - 1) * per_page
        last = max(1, -(-len(found) // per_page))
        meta = {"current_page": page, "last_page": last, "per_page": per_page, "total": len(found)}
        return reply({"data": found[start : start + per_page], "meta": meta})

    def _openalex_works(self, path: str, query: Query) -> Reply:
        if "cursor" in query:
            return reply({"error": "Unauthorized", "message": "Cursors need an API key."}, 401)
        per_page, page = int(query["per_page"][0]), int(query["page"][0])
        if per_page > 100:
            return reply({"error": "Invalid", "message": "per_page must be at most 100"}, 400)
        said = query["filter"][0]
        words = re.findall(r'"([^"]+)"', said.partition("),")[0])
        since = said.rpartition("from_publication_date:")[2] if "from_publication" in said else ""
        found = [
            {name: work.get(name) for name in query["select"][0].split(",")}
            for work in self.openalex
            if any(word.casefold() in work["title"].casefold() for word in words)
            and work["publication_date"] >= since
        ]
        start = (page - 1) * per_page
        meta = {"count": len(found), "page": page, "per_page": per_page}
        return reply({"meta": meta, "results": found[start : start + per_page], "group_by": []})

    def _crossref_work(self, path: str, query: Query) -> Reply:
        work = self.crossref.get(path)
        if work is None:
            return Reply(b"Resource not found.", "text/plain", 404, etag=False)
        return reply({"status": "ok", "message-type": "work", "message": work})

    def _finna_search(self, path: str, query: Query) -> Reply:
        words = re.findall(r'"([^"]+)"', query["lookfor"][0])
        since = re.search(r"last_indexed:\[(\S+)T", query["lookfor"][0])
        found = [
            record
            for record in self.finna
            if any(word.casefold() in record["title"].casefold() for word in words)
            and (since is None or record["indexed"] >= since.group(1))
        ]
        limit, page = int(query["limit"][0]), int(query["page"][0])
        start = (page - 1) * limit
        fields = query["field[]"]
        records = [
            {name: record[name] for name in fields if name in record}
            for record in found[start : start + limit]
        ]
        answer: dict[str, Any] = {"resultCount": len(found), "status": "OK"}
        return reply({**answer, "records": records} if records else answer)


def _file(path: str) -> Reply:
    return Reply(b"%PDF-1.7 " + path.encode(), "application/pdf", etag=False)
