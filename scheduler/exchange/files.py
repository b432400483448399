"""Files of an output folder: written atomically, and untouched when nothing changed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from scheduler.errors import StepdownError

SECRET_FILE = ".calendar-secret"
SECRET_BYTES = 32
PRIVATE = 0o600
ORDINARY = 0o666


def write_file(path: Path, content: bytes, mode: int = ORDINARY) -> bool:
    """Write a file atomically: readers see the old content or the new. A file with the same content is left alone.

    Args:
        mode: Permissions of the new file, less the umask.

    Returns:
        Whether the file changed.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def folder_secret(folder: Path) -> bytes:
    """The secret of an output folder, created on first use; only its owner may read the file.

    Raises:
        StepdownError: The file does not contain a valid secret.
    """
    path = folder / SECRET_FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
    except FileExistsError:
        pass
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise StepdownError(f"{SECRET_FILE} in the output folder is damaged: restore it, or delete it and share the calendars again")
    return secret
