"""What plays content: the names of the API of SCORM, and the files and the page of the player of H5P."""

from __future__ import annotations

import html
from pathlib import Path

FILES = ("main.bundle.js", "frame.bundle.js", "styles/h5p.css")
PLACE = "_govstack/h5p/"
PAGE_PATH = f"{PLACE}index.html"
SCRIPT_PATH = f"{PLACE}play.js"
ASSET_BYTES_MAX = 4 << 20
TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".gif": "image/gif", ".png": "image/png",
    ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".eot": "application/vnd.ms-fontobject",
}  # fmt: skip

CHILDREN = {
    "cmi.core._children": "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,"
    "lesson_mode,exit,session_time",
    "cmi.core.score._children": "raw,min,max",
    "cmi.score._children": "scaled,raw,min,max",
    "cmi.interactions._children": "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,"
    "latency,description",
    "cmi.objectives._children": "id,score,success_status,completion_status,progress_measure,description",
}


def is_player(text: str) -> bool:
    """Tell whether a folder holds a player of H5P."""
    try:
        return all((Path(text) / name).is_file() for name in FILES)
    except (OSError, ValueError):  # a name that no file system takes
        return False


def asset_of(folder: Path, name: str) -> tuple[Path, str] | None:
    """Return a file of a player with its type; None for what is not there, or not below the folder."""
    media_type = TYPES.get(Path(name).suffix.lower())
    try:
        path = (folder / name).resolve()
        fits = path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= ASSET_BYTES_MAX
    except (OSError, ValueError):
        return None
    return (path, media_type) if fits and media_type else None


def page(*, title: str, api: str) -> str:
    """Return the page in which content is played; `api` is the path, from the package's root, of the API it tells.

    The page stands two folders below the root, so that addresses in it begin there.
    """
    scripts = "".join(f'<script src="{src}"></script>' for src in (f"../../{api}", "main.bundle.js", "play.js"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="styles/h5p.css"></head>'
        f'<body><div id="content"></div>{scripts}</body></html>'
    )
