"""Office files that are old, encrypted, hostile or damaged are read or refused in one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import LONG, OFFICE, W, check, odt, packed, refused, repacked, run, saved, word, workbook

from ingest.errors import InputError
from ingest.readers import Reading, zipped
from ingest.readers.opendocument import read_odt
from ingest.readers.tables import read_csv, read_xlsx
from ingest.readers.word import read_docx
from ingest.readers.zipped import open_zip, read_member

# -- bad input -----------------------------------------------------------------------------------------------

READERS = [read_docx, read_odt, read_xlsx]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_old_and_encrypted_files_are_named(reader: Callable[[bytes], Reading]) -> None:
    assert "old " in refused(reader, OLE)
    assert "is encrypted; save it without a password" in refused(reader, OLE + "EncryptedPackage".encode("utf-16-le"))


def test_an_encrypted_open_document_is_named() -> None:
    manifest = f"<manifest:manifest {OFFICE}><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    data = packed(**{"content.xml": b"\x00\x01", "META-INF/manifest.xml": manifest + "</manifest:manifest>"})
    assert "is encrypted" in refused(read_odt, data)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", [b"Twelve letters.", packed(a="b"), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_office_file_is_refused(reader: Callable[[bytes], Reading], data: bytes) -> None:
    assert "damaged, or n" in refused(reader, data)


def test_entities_fill_no_memory() -> None:
    document = f"{LAUGHS}<w:document {W}><w:body><w:p>{run('Twelve &a11; letters.')}</w:p></w:body></w:document>"
    content = f"{LAUGHS}<office:x {OFFICE}><office:body><office:text><text:p>Twelve &a11;</text:p></office:text>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f"{LAUGHS}<sst xmlns='{main}'><si><t>&a11;</t></si></sst>"
    for reader, data in [
        (read_docx, repacked(word(), word__document_dot_xml=document)),
        (read_odt, packed(**{"content.xml": content + "</office:body></office:x>"})),
        (read_xlsx, repacked(workbook({"Sheet1": [["a"]]}), xl__sharedStrings_dot_xml=strings)),
    ]:
        with suppress(InputError):
            assert len(reader(data).text) < 100


def test_an_entity_reads_no_file() -> None:
    outside = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    document = f"{outside}<w:document {W}><w:body><w:p>{run('a&f;')}</w:p></w:body></w:document>"
    assert read_docx(repacked(word(), word__document_dot_xml=document)).text == "a"


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(**{"word/media/a": bytes(zipped.MAX_UNPACKED + 1)})
    assert "300 MB" in refused(read_docx, bomb)
    monkeypatch.setattr(zipped, "MAX_XML", 100)
    assert "of text" in refused(read_docx, word(run(LONG)))
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 1)
    assert "more than 1 files" in refused(read_docx, word(run(LONG)))


def test_a_packed_file_that_states_a_false_size_is_refused() -> None:
    data = bytearray(packed(a=bytes(1_000_000)))
    at = data.index(b"PK\x01\x02") + 24
    assert int.from_bytes(data[at : at + 4], "little") == 1_000_000
    data[at : at + 4] = (100).to_bytes(4, "little")
    archive = open_zip(bytes(data))
    with pytest.raises(InputError, match="damaged"):
        read_member(archive, archive.infolist()[0])


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(packed(a=b"Twelve letters."))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="is encrypted"):
        open_zip(bytes(data))


def test_a_deep_document_is_read_or_refused() -> None:
    for depth in (40, 5000):
        xml = "<w:sdt><w:sdtContent>" * depth + run("deep") + "</w:sdtContent></w:sdt>" * depth
        document = f"<w:document {W}><w:body><w:p>{xml}</w:p></w:body></w:document>"
        data = repacked(word(), word__document_dot_xml=document)
        if depth == 40:
            assert read_docx(data).text == "deep"
        else:
            assert "damaged" in refused(read_docx, data)


# -- any input -----------------------------------------------------------------------------------------------


@cache
def sample(reader: Callable[[bytes], Reading]) -> bytes:
    document = docx.Document()
    document.add_heading("Letters", 1)
    document.add_paragraph(LONG)
    return {
        read_docx: saved(document),
        read_odt: odt("<text:h>Letters</text:h><text:p>All was read.</text:p>"),
        read_xlsx: workbook({"Hue": [["Month", "Letters"], ["May", 12]]}),
        read_csv: "Tháng;Đơn\nNăm;12\n".encode(),
    }[reader]


@pytest.mark.parametrize("reader", [*READERS, read_csv])
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read_or_refused(reader: Callable[[bytes], Reading], data: st.DataObject) -> None:
    whole = bytearray(sample(reader))
    for at, byte in data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6)):
        whole[int(at * (len(whole) - 1))] = byte
    cut = bytes(whole[: int(data.draw(st.floats(0, 1)) * len(whole))])
    for damaged in (bytes(whole), cut, data.draw(st.binary(max_size=60)), b"PK\x03\x04" + cut[4:]):
        try:
            reading = reader(damaged)
        except InputError as exc:
            assert "\n" not in str(exc)  # noqa: PT017
        else:
            check(reading)


PARTS = st.sampled_from(
    "<w:p> </w:p> <w:r> </w:r> <w:t> </w:t> <w:tbl> </w:tbl> <w:tr> </w:tr> <w:tc> </w:tc> <w:ins> </w:ins> "
    "<w:sdt> </w:sdt> "
    "<w:tcPr><w:vMerge/></w:tcPr> <w:tcPr><w:gridSpan_w:val='3'/></w:tcPr> <w:pPr><w:pStyle_w:val='Heading1'/></w:pPr> "
    "letters <w:tab/> <w:txbxContent> </w:txbxContent>".split()
)


@given(st.lists(PARTS, max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_order_of_elements_is_read(pieces: list[str]) -> None:
    stack, xml = [], ""
    for piece in pieces:  # close what is open, so that it is XML
        if piece.startswith("</"):
            if stack:
                xml += f"</{stack.pop()}>"
            continue
        xml += piece.replace("_", " ")
        if re.fullmatch(r"<w:\w+>", piece):
            stack.append(piece[1:-1])
    xml += "".join(f"</{name}>" for name in reversed(stack))
    document = f"<w:document {W}><w:body>{xml}</w:body></w:document>"
    check(read_docx(packed(**{"word/document.xml": document})))
