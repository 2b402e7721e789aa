"""Converts a sentence-transformers model to OpenVINO, once, in a process of its own.

Owns the tracing and the proof that the converted model gives the same vectors. It runs as
`python -m kb.model_conversion SOURCE TARGET` so that PyTorch never enters the process that asks;
what it leaves in TARGET is described in `kb.vector_runtime`. With a third argument, a trained file
(`kb.search.trained_encoder`), what was learned is added to the weights first.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from kb.compiled_model import GRAPH_FILE
from kb.openvino_library import load_converter, load_openvino
from kb.search.trained_encoder import TrainedEncoder, load_trained
from kb.token_numbers import TOKENIZER_FILE
from kb.vector_runtime import ModelDescription, OpenVinoEncoder

TIME_LIMIT_S = 1800.0  # a big model from a slow disk; the bundled one takes about 15 s
READ_CHUNK_BYTES = 1 << 20
DEFAULT_MAX_TOKENS = 512
# The converted model must agree with its source this well (cosine, computed in f32).
LEAST_COSINE = 0.999
PROBES = (
    "Leaders who follow up decide whether the services work together.",
    "Taushetsplikten brukes som grunn til ikke å snakke sammen.",
    "Samverkan mellan skola och socialtjänst kräver tid och tydliga rutiner. " * 8,
    "Yhteistyö lastensuojelun ja koulun välillä perustuu luottamukseen.",
    "Samþætting þjónustu í þágu farsældar barna.",
    "?",
)


class ConversionError(Exception):
    """The model cannot be converted; the message says why, for a log."""


def convert_in_child(source: str, target: Path, trained: Path | None = None) -> None:
    """Convert `source` (a folder or a hub name) into the empty folder `target`.

    `trained` names a trained file that is applied to the weights. Raises ConversionError with the
    child's reason.
    """
    environment = dict(os.environ)
    checkout = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(
        part for part in (checkout, environment.get("PYTHONPATH", "")) if part
    )
    command = [sys.executable, "-W", "ignore", "-m", "kb.model_conversion", source, str(target)]
    command += [str(trained)] if trained else []
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConversionError(str(error)) from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise ConversionError(lines[-1])


def convert(source: str, target: Path, trained: Path | None = None) -> ModelDescription:
    """Convert `source` into `target` in this process (it imports PyTorch) and prove the result.

    Raises ConversionError where the model has no fast tokenizer or the vectors differ, and
    whatever the libraries raise.
    """
    model = load_source(source)
    if trained:
        apply_trained(model, load_trained(trained))
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ConversionError("it has no fast tokenizer")
    tokenizer.save(str(target / TOKENIZER_FILE))
    names = _input_names(model)
    graph = load_converter()(_as_plain_module(model, names), example_input=_example(model, names))
    load_openvino().save_model(graph, str(target / GRAPH_FILE), compress_to_fp16=True)
    description = describe(source, model, target / TOKENIZER_FILE, names)
    description.write(target)
    _prove(model, description, target)
    return description


def load_source(source: str) -> Any:
    """Load a sentence-transformers model (folder or hub name) on the CPU, in float32."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        source,
        device="cpu",
        model_kwargs={"torch_dtype": torch.float32},
        trust_remote_code=False,
    )
    return model.eval()


def apply_trained(model: Any, trained: TrainedEncoder) -> None:
    """Add what was learned to the weights of a loaded sentence-transformers model.

    Raises ConversionError where the model has no such weights.
    """
    import torch

    weights = list(model.named_parameters())
    for name in trained.factors:
        change = torch.from_numpy(trained.change(name))
        # What stands before the layers' own names differs between versions of the library.
        found = [weight for full, weight in weights if full.endswith(f".{name}")]
        if len(found) != 1 or found[0].shape != change.shape:
            raise ConversionError(f"what was trained does not fit it: no {name} of that shape")
        # Rounded as the converted model keeps it, so that every processor gets the same weights.
        found[0].data = (found[0].data.double() + change).half().float()


def describe(
    source: str, model: Any, tokenizer: Path | None, names: tuple[str, ...] = ()
) -> ModelDescription:
    """Return what is known of a loaded model; `tokenizer` is its saved tokenizer.json."""
    prompts = {name: text for name, text in (model.prompts or {}).items() if text}
    passage = prompts.get("passage") or prompts.get("document") or ""
    query = prompts.get("query") or ""
    if not prompts and "e5" in Path(source).name.lower():
        query, passage = "query: ", "passage: "  # models of this family need them, not all say so
    width = model.encode(["?"], show_progress_bar=False).shape[1]
    return ModelDescription(
        source=source,
        dimension=int(width),
        max_tokens=int(model.max_seq_length or DEFAULT_MAX_TOKENS),
        pad_id=int(getattr(model.tokenizer, "pad_token_id", None) or 0),
        inputs=names,
        query_prompt=query,
        passage_prompt=passage,
        weights_sha256=_hash_weights(model),
        tokenizer_sha256=_hash_file(tokenizer) if tokenizer else "",
        layers=tuple(repr(module) for module in list(model)[1:]),
    )


def _hash_weights(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.float().numpy()).data)
    return digest.hexdigest()


def _hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(READ_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _input_names(model: Any) -> tuple[str, ...]:
    given = list(model.tokenizer.model_input_names)
    return tuple(
        name for name in ("input_ids", "attention_mask", "token_type_ids") if name in given
    )


def _as_plain_module(model: Any, names: tuple[str, ...]) -> Any:
    import torch

    class Whole(torch.nn.Module):  # type: ignore[misc]
        """All of the model's modules in one call: token numbers in, sentence vectors out."""

        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(list(model))

        def forward(self, *tensors: Any) -> Any:
            features = dict(zip(names, tensors, strict=True))
            for part in self.parts:
                features = part(features)
            return features["sentence_embedding"]

    return Whole().eval()


def _example(model: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return two texts of different length as the model's inputs, the shorter one padded."""
    given = model.tokenizer(list(PROBES[:1] + PROBES[-1:]), padding=True, return_tensors="pt")
    return tuple(given[name] for name in names)


def _prove(model: Any, description: ModelDescription, target: Path) -> None:
    texts = [description.passage_prompt + probe for probe in PROBES]
    wanted = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    found = OpenVinoEncoder(target, description, bf16=False).encode(texts)
    cosine = float((wanted * found).sum(axis=1).min())
    if not cosine >= LEAST_COSINE:
        raise ConversionError(f"its vectors differ from the source's (cosine {cosine:.4f})")


def main(arguments: list[str]) -> int:
    """Convert as the command line says; the last line on standard error is the reason if not."""
    source, target, *trained = arguments
    try:
        description = convert(source, Path(target), Path(trained[0]) if trained else None)
    except Exception as error:  # the libraries raise many kinds; the parent needs one sentence
        reason = " ".join(str(error).split()) or "no reason given"
        print(f"{type(error).__name__}: {reason}", file=sys.stderr)
        return 1
    print(json.dumps({"dimension": description.dimension}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
