"""Writes files that appear whole or not at all, and reads JSON that may be torn."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any


def write_whole(path: str, content: bytes) -> None:
    """Writes beside, then renames, so that nobody ever sees half a file. Raises OSError."""
    folder = os.path.dirname(path) or "."
    handle, beside = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, 0o666 & ~mask)  # mkstemp's files are for the owner only
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def read_json(path: str, error: type[Exception], **options: Any) -> Any:
    """The document in the file; raises `error` with one line that names file and place.

    `options` go to `json.load`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file, **options)
    except OSError as reason:
        raise error(f"{path}: {reason.strerror or reason}") from reason
    except RecursionError as reason:
        raise error(f"{path}: nested too deeply") from reason
    except json.JSONDecodeError as reason:
        place = f"line {reason.lineno}, column {reason.colno}"
        raise error(f"{path}: {place}: not whole JSON: {reason.msg}") from reason
    except ValueError as reason:
        raise error(f"{path}: {reason}") from reason
