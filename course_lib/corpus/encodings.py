"""A file's text in the encoding that it states: by a mark before its first letter, or in a page's words."""

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from course_lib.errors import DataError

MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
LOOKED_AT = 4096  # bytes; the standard asks for 1,024
COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


def decoded_text(path: Path, encoding_of: Callable[[bytes], str | None] | None = None) -> str:
    """A learner's file as text with "\\n" line ends: UTF-8, unless a mark or `encoding_of` say otherwise.

    Raises DataError, with what to do, for a file that is missing, of another encoding, or no text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {error.strerror}.") from None
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    encoding = marked or (encoding_of and encoding_of(content)) or "utf-8"
    try:
        text = content.decode(encoding)
    except (ValueError, LookupError) as error:  # some codecs raise more than UnicodeDecodeError
        raise DataError(
            f"The file {path} is not {encoding.upper()} text: {error}.", next_step="save it as UTF-8"
        ) from None
    if "\0" in text:
        raise DataError(f"The file {path} is no text: it holds zero bytes.", next_step="save it as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff")  # the mark itself


def declared_encoding(content: bytes) -> str | None:
    """The Python name of the encoding in a page's first bytes (<meta charset>), None where none is named.

    A name means what it means to browsers: latin1 is windows-1252, and utf-16, which could not have been read
    so far, is UTF-8. A name that the standard does not know is returned as it is.
    """
    import webencodings
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(COMMENT.sub(b"", content[:LOOKED_AT]), is_html=True)
    known = webencodings.lookup(declared) if declared else None
    if known is None or known.name == "replacement":
        return declared
    if known.name.startswith("utf-16"):
        return "utf-8"
    return {"x-user-defined": "cp1252", "gbk": "gb18030"}.get(known.name) or known.codec_info.name
