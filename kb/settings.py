"""Settings: one table of names, defaults and meanings, read from `SAMVIRKE_*` variables.

Owns where things lie in the data home. Nothing else in the project reads the environment.
"""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpora.crawl_window import require_window
from kb.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of Samvirke; each can be given as `SAMVIRKE_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="SAMVIRKE_", frozen=True, extra="ignore")

    home: Path = Field(
        default=CHECKOUT / "var" / "home",
        description="The data home: record, files, generations, models.",
    )
    database_url: str | None = Field(
        default=None,
        description="The record's database; SQLite in the data home unless set (PostgreSQL).",
    )
    model: str = Field(
        default="bundled",
        description="Embedding model: `bundled`, a sentence-transformers name, or a folder.",
    )
    user: str | None = Field(
        default=None, description="The coder's name on the command line and on new work."
    )
    base_url: str = Field(
        default="http://127.0.0.1:8501", description="What permalinks begin with."
    )
    contact: str | None = Field(
        default=None,
        description="E-mail or address in the crawler's User-Agent; needed for a live crawl.",
    )
    crawl_window: str | None = Field(
        default=None,
        description="Hours in which sites are crawled, as 22:00-06:00; at any hour unless set.",
    )
    time_zone: str = Field(
        default="Europe/Oslo", description="Whose clocks the hours of crawling are read on."
    )
    proxy: str | None = Field(
        default=None,
        description="HTTP proxy for crawls, as http://host:port; the environment's is never used.",
    )
    year_from: int | None = Field(
        default=None, description="Screening excludes publications printed before this year."
    )
    retrain_after: int = Field(
        default=50,
        ge=0,
        description="New codings by people after which a refresh trains the machine coder again; "
        "0 for never.",
    )
    extract_workers: int = Field(
        default=2, ge=1, le=64, description="Reading processes that run at the same time."
    )

    @field_validator("crawl_window")
    @classmethod
    def _hours(cls, value: str | None) -> str | None:
        return require_window(value) if value else None

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise ValueError("expected the name of a time zone such as Europe/Oslo") from error

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"http://([^@/]+@)?[^@/:]+:\d{1,5}/?", value):
            raise ValueError("expected http://host:port, or http://user:password@host:port")
        return value or None

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def record_url(self) -> str:
        """The SQLAlchemy URL of the record."""
        if self.database_url:
            if self.database_url.startswith("postgresql://"):
                return "postgresql+psycopg://" + self.database_url.removeprefix("postgresql://")
            return self.database_url
        return f"sqlite:///{self.home / 'record.sqlite'}"

    @property
    def blobs_folder(self) -> Path:
        """Where fetched files lie, by SHA-256."""
        return self.home / "blobs"

    @property
    def generations_folder(self) -> Path:
        """Where the derived states lie."""
        return self.home / "generations"

    @property
    def models_folder(self) -> Path:
        """Where the embedding model is unpacked."""
        return self.home / "models"

    @property
    def vectors_folder(self) -> Path:
        """Where vectors are kept between generations."""
        return self.home / "vectors"

    @property
    def extracted_folder(self) -> Path:
        """Where what was read from each file is kept (derived)."""
        return self.home / "extracted"

    @property
    def pages_folder(self) -> Path:
        """Where pictures of rendered pages are kept (derived)."""
        return self.home / "pages"

    @property
    def publish_folder(self) -> Path:
        """Where `make map` writes what can be published."""
        return self.home / "publish"

    @property
    def reports_folder(self) -> Path:
        """Where each refresh leaves its change report."""
        return self.home / "reports"


def load_settings() -> Settings:
    """Read the settings from the environment and create the data home.

    Raises SettingsError where a value cannot be used or the home cannot be created.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SAMVIRKE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"The setting {name} cannot be used ({first['msg']}, found {first['input']!r}); "
            "correct it in the environment."
        ) from error
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The data home {settings.home} cannot be created ({error.strerror}); "
            "set SAMVIRKE_HOME to a folder you can write to."
        ) from error
    return settings
