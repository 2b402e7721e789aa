"""Training what is shipped: `python -m pipeline.machine_coding.train [--output FOLDER]`.

Owns the command: adapts the encoder to the exemplars, embeds the labelled texts with it, learns,
measures, writes the model's files and, for the shipped model, its card and the predictions that
tests/gates keeps. The same data and the same embedding model give the same files. WORK keeps the
adapted encoder, and the data home the vectors, so that a run that was stopped goes on; a data home
with a codebook or an embedding model of its own gets a coder of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpora.codebook import load_codebook
from corpora.errors import CorporaError
from kb.active_codebook import seed_codebook
from kb.embedding import BUNDLED
from kb.errors import KbError
from kb.settings import load_settings
from pipeline.errors import PipelineError
from pipeline.machine_coding.coder_training import train
from pipeline.machine_coding.encoder_training import train_encoder
from pipeline.machine_coding.model_card import CARD_FILE, render_card
from pipeline.machine_coding.model_files import SHIPPED, own_folder
from pipeline.machine_coding.predictions import (
    PREDICTIONS_FILE,
    Origin,
    code_hash,
    left_out_of,
    save_predictions,
)
from pipeline.machine_coding.training_data import load_training_data
from pipeline.progress import bar


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures as JSON, return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.machine_coding.train")
    parser.add_argument(
        "--output",
        type=Path,
        help="where to write; the package for the bundled embedding model and the project's "
        "codebook, else the data home",
    )
    parser.add_argument(
        "--work",
        type=Path,
        help="where the adapted encoder is kept as soon as it is trained (the data home)",
    )
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings()
        codebook = seed_codebook(settings)
        shipped = settings.model == BUNDLED and codebook == load_codebook()
        folder: Path = chosen.output or (SHIPPED if shipped else own_folder(settings))
        work: Path = chosen.work or settings.home / "training"
        encoder = train_encoder(settings, load_training_data(codebook), work, bar)
        facts, learnt = train(settings, codebook, folder, encoder, bar)
        if folder == SHIPPED:
            CARD_FILE.parent.mkdir(exist_ok=True)
            CARD_FILE.write_text(render_card(facts), encoding="utf-8")
            origin = Origin(facts.data_hash, code_hash(), facts.encoder_sha256)
            save_predictions(PREDICTIONS_FILE, left_out_of(learnt), origin)
    except (CorporaError, KbError, PipelineError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(facts.figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
