"""Zip archives, which office files are too: opened only where they can be unpacked within bounds."""

from __future__ import annotations

import copy
import io
import zipfile
import zlib

from ingest.errors import InputError

MAX_UNPACKED = 300 * 1024 * 1024
"""Bytes that all files of an archive may come to, unpacked."""
MAX_MEMBERS = 10_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, with its directory checked; its members are not read. Raises InputError for what is no zip
    archive, is damaged or encrypted, or states that it unpacks to more than 300 MB or 10,000 files."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as exc:
        raise InputError("damaged, or no zip archive; copy it anew") from exc
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(f"packs more than {MAX_MEMBERS:,} files; split it")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise InputError(f"unpacks to more than {MAX_UNPACKED >> 20} MB; unpack it and split what is in it")
    if any(member.flag_bits & 1 for member in members):
        raise InputError("is encrypted; save it without a password")
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """One packed file, never more of it than the directory states. Raises InputError where it is damaged.

    `ZipFile.read` unpacks a member whole before it looks at the stated size, so that one with a false size would
    fill the memory: a member is read in pieces, and one byte further than stated.
    """
    probe = copy.copy(member)
    probe.file_size += 1
    pieces, size = [], 0
    try:
        with archive.open(probe) as stream:
            while piece := stream.read(1 << 18):
                pieces.append(piece)
                size += len(piece)
    except _DAMAGED as exc:
        raise InputError("damaged; copy it anew") from exc
    if size != member.file_size:
        raise InputError("damaged: it does not unpack to the size it states")
    return b"".join(pieces)


# -- office files --------------------------------------------------------------------------------------------

MAX_XML = 64 * 1024 * 1024
"""Bytes of XML that one part of an office file may come to: parsed, it takes some eight times as much memory."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_office(data: bytes, old: str) -> zipfile.ZipFile:
    """The archive that an office file is, every part of it sound and within bounds. `old` is what to say of a file
    from before 2007. Raises InputError for that, and for what is encrypted, damaged or too large."""
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise InputError("is encrypted; save it without a password" if encrypted else old)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise InputError("damaged, or not what its name says; open it in its program and save it anew")
    archive = open_zip(data)
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")) and member.file_size > MAX_XML:
            raise InputError(f"holds more than {MAX_XML >> 20} MB of text; split it")
        read_member(archive, member)
    return archive
