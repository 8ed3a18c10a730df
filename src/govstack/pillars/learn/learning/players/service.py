"""Use cases of players: which kinds of package can be played here, and the files that a player needs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec

from govstack.kernel.context import Context
from govstack.kernel.rules import Rule
from govstack.kernel.settings import Setting
from govstack.pillars.learn.learning.players.model import CHILDREN, FILES, PLACE, SCRIPT_PATH, asset_of, is_player
from govstack.pillars.learn.learning.unpacking.model import Kind

H5P_PLAYER = "LEARN_H5P_PLAYER"
SETTINGS = (
    Setting(
        H5P_PLAYER,
        "",
        "Folder of the H5P player, the dist folder of the npm package h5p-standalone; empty means H5P is not played",
        Rule(f"be a folder that holds {', '.join(FILES)}", is_player),
    ),
)
SEEDS = Path(__file__).parents[2] / "seeds"
SCORM_SCRIPT, H5P_SCRIPT = SEEDS / "scorm_api.js", SEEDS / "h5p_play.js"


def plays(context: Context, kind: str) -> bool:
    """Tell whether packages of a kind are opened here, rather than handed out only; "" is no kind yet."""
    return bool(kind) and (Kind(kind).played or (kind == Kind.H5P and context.settings.text(H5P_PLAYER) != ""))


def api_script(values: Mapping[str, str], *, old: bool, target: str, characters_max: int) -> str:
    """Return the API that content finds in its window, of SCORM 1.2 (`old`) or 2004, with all that was set before.

    `target` is where it sends what content sets, of at most `characters_max` characters each.
    """
    told = {"old": old, "target": target, "most": characters_max, "values": values, "children": CHILDREN}
    # "</" would end the script element where content puts the text of the script into its page.
    encoded = msgspec.json.encode(told).decode().replace("</", "<\\/")
    return f"{SCORM_SCRIPT.read_text(encoding='utf-8').rstrip()}{encoded});\n"


async def asset(context: Context, path: str) -> tuple[bytes, str] | None:
    """Return a file of the player and its type, by its path below a package; None for any other path."""
    folder = context.settings.text(H5P_PLAYER)
    if not folder or not path.startswith(PLACE):
        return None
    if path == SCRIPT_PATH:
        return await asyncio.to_thread(H5P_SCRIPT.read_bytes), "text/javascript"
    found = asset_of(Path(folder), path.removeprefix(PLACE))
    return None if found is None else (await asyncio.to_thread(found[0].read_bytes), found[1])
