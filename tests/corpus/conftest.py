"""Real PDF files: with text, without, behind a password, and cut short."""

import pytest


@pytest.fixture
def write_pdf():
    """write_pdf(path, *pages, title=None): a page of text each, a picture where the text is empty."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    def write(path, *pages, title=None):
        path.parent.mkdir(parents=True, exist_ok=True)
        with PdfPages(path, metadata={"Title": title} if title else None) as pdf:
            for text in pages:
                figure = Figure((6, 4))
                if text:
                    figure.text(0.05, 0.5, text)
                else:
                    figure.figimage([[0.0, 0.5], [0.5, 1.0]])
                pdf.savefig(figure)
        return path

    return write


@pytest.fixture
def encrypt():
    """encrypt(path, user, owner): put a PDF behind passwords."""
    from pypdf import PdfWriter

    def lock(path, user, owner):
        writer = PdfWriter(clone_from=path)
        writer.encrypt(user, owner, algorithm="RC4-128")
        writer.write(path)

    return lock
