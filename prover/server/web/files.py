"""The page's files, served with headers that let it load nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response

from prover.server.request_limits import RequestRefused

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page's Content-Security-Policy: no inline scripts, nothing from other hosts."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",  # a newer version of the package has other files
}

KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""Media types by the ending of a file's name; other files are not served."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> Response:
    """Return the page itself."""
    return _file("index.html")


@router.get("/web/{name}")
async def asset(name: str) -> Response:
    """Return a script, a style sheet or a picture of the page."""
    return _file(name)


def text_of(name: str) -> str:
    """Read a file of the page.

    Raises:
        RequestRefused: There is no such file.
    """
    found = {path.name: path for path in files(__package__).joinpath("static").iterdir()}
    if name not in found:
        raise RequestRefused(404, f"there is no file {name}")
    return found[name].read_text(encoding="utf-8")


def _file(name: str) -> Response:
    kind = KINDS.get(name[name.rfind(".") :], "text/plain")
    return Response(text_of(name), media_type=f"{kind}; charset=utf-8", headers=HEADERS)
