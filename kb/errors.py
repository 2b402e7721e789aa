"""Errors of the knowledge base; each message says what was expected, found, where, what to do.

KbError
├── SettingsError      a setting that cannot be used
├── RecordError        the record (database, blobs) or something asked of it
│   ├── NotFoundError  an id that the record does not know
│   ├── RemovedError   a publication that a person removed
│   ├── BlobError      a file that is missing or altered
│   ├── CorrectionError  a field or value that a person cannot give
│   ├── CodebookChangeError  an act on the codebook that cannot be done
│   ├── GroupingError  publications that cannot be joined, split or removed as asked
│   └── CodingError    a coding, comment, round or appraisal that cannot be kept as given
├── ModelError         the embedding model
├── GenerationError    no complete generation, or a damaged one
├── ScreeningError     a verdict of a person that cannot be kept
├── QueryError         a search, filter or map that cannot be answered as asked
├── SavedSearchError   a search that cannot be kept as it was given
├── ExchangeError      a file of another program's project or codebook
└── CitationError      a citation set or format
"""


class KbError(Exception):
    """Root of every error raised by `kb`."""


class SettingsError(KbError):
    """A setting cannot be used."""


class RecordError(KbError):
    """The record cannot do what was asked."""


class NotFoundError(RecordError):
    """An id the record does not know."""


class RemovedError(RecordError):
    """A publication that a person removed cannot be worked on."""


class BlobError(RecordError):
    """A stored file is missing or has been altered."""


class CorrectionError(RecordError):
    """A field of a publication cannot be said to be what was given."""


class CodebookChangeError(RecordError):
    """The codebook cannot be changed as asked."""


class GroupingError(RecordError):
    """Publications cannot be joined, split or removed as asked."""


class CodingError(RecordError):
    """A coding, comment, round or appraisal cannot be kept as it was given."""


class ModelError(KbError):
    """The embedding model cannot be prepared or used."""


class GenerationError(KbError):
    """There is no complete generation, or the one there is damaged."""


class ScreeningError(KbError):
    """A screening decision cannot be kept as it was given."""


class QueryError(KbError):
    """A search, filter or map that cannot be answered as asked."""


class SavedSearchError(KbError):
    """A search cannot be kept as it was given."""


class ExchangeError(KbError):
    """A codebook or project of another program cannot be read or written."""


class CitationError(KbError):
    """A citation set or a citation format."""
