"""The encoding that a page names for itself, as the HTML standard takes it."""

import re

LOOKED_AT = 4096  # bytes; the standard asks for 1,024
COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


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
