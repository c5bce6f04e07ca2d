"""Archives of files, unpacked one by one and within bounds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from ingest.errors import InputError
from ingest.readers.names import member_path, numbered
from ingest.readers.zipped import MAX_MEMBERS, MAX_UNPACKED, read_member

MAX_BYTES = 50 * 1024 * 1024
"""Bytes of a file that is read, packed or not."""


def unpack_zip(data: bytes) -> Iterator[tuple[str, bytes | InputError]]:
    """Each file of a zip archive, or why it cannot be had: it is encrypted, damaged or too large. Folders, what has no
    name and what systems hide are passed over. Raises InputError for what is no zip archive, and where it unpacks to
    too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as exc:
        raise InputError("damaged, or no zip archive; copy it anew") from exc
    members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise InputError(f"packs more than {MAX_MEMBERS:,} files; split it")
    given, unpacked = numbered(), 0
    for member in members:
        name = _name(member)
        if not name or _is_hidden(name):
            continue
        content = _content(archive, member)
        unpacked += len(content) if isinstance(content, bytes) else 0
        if unpacked > MAX_UNPACKED:
            raise InputError(f"unpacks to more than {MAX_UNPACKED >> 20} MB; what comes after {name} is not read")
        yield given(name), content


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | InputError:
    if member.flag_bits & 1:
        return InputError("is encrypted; save it without a password")
    if member.file_size > MAX_BYTES:
        return InputError(f"larger than {MAX_BYTES >> 20} MB; split it into reports")
    try:
        return read_member(archive, member)
    except InputError as exc:
        return exc


def _name(member: zipfile.ZipInfo) -> str:
    """The member's path. Names that are not marked as UTF-8 may be it all the same; they are read as the old
    encoding that the format states."""
    if member.flag_bits & 0x800:
        return member_path(member.filename)
    try:
        return member_path(member.filename.encode("cp437").decode("utf-8"))
    except UnicodeError:
        return member_path(member.filename)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))
