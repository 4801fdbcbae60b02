"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile


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
