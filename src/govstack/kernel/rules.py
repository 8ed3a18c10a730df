"""What the text of a setting must be: words that complete "GOVSTACK_… must", and whether a text is so."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec

from govstack.kernel.destinations import number_of

YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
DIGITS_MAX = 18
SECRET_CHARACTERS_MIN = 32
SECRET_DIFFERENT_MIN = 10
FILE_SUFFIX = ".sqlite3"
# One host of a PostgreSQL address; none at all means a socket.
_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(:\d{1,5})?")
_HOST_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text must be, said and checked."""

    words: str
    holds: Callable[[str], bool]


def whole(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def holds(text: str) -> bool:
        plain = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
        return plain and least <= int(text) <= most

    return Rule(f"be a whole number from {least} to {most}", holds)


def one_of(*names: str) -> Rule:
    """One of some words."""
    return Rule(f"be one of {', '.join(names)}", lambda text: text in names)


def matching(pattern: str, words: str) -> Rule:
    """A text of a pattern."""
    return Rule(words, lambda text: re.fullmatch(pattern, text) is not None)


def listed(one: Rule, words: str) -> Rule:
    """Texts with commas between, each of which keeps to a rule."""
    return Rule(words, lambda text: all(one.holds(part.strip()) for part in text.split(",") if part.strip()))


def address(*schemes: str) -> Rule:
    """The address of a server: scheme, host, perhaps port and path, and nothing else."""

    def holds(text: str) -> bool:
        try:
            parts = urlsplit(text)
            fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False
        return fits and not re.search(r"[\s?#\\]", text)

    return Rule(f"start with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host", holds)


def json_of(shape: object, words: str) -> Rule:
    """JSON of a shape."""

    def holds(text: str) -> bool:
        try:
            msgspec.json.decode(text, type=shape)
        except (msgspec.DecodeError, UnicodeError):
            return False
        return True

    return Rule(words, holds)


def _is_place(path: Path) -> bool:
    """Tell whether a folder is here, or could be made here."""
    try:
        return next(place for place in (path, *path.absolute().parents) if place.exists()).is_dir()
    except (OSError, ValueError):  # a name that no file system takes
        return False


def _is_pem(text: str) -> bool:
    try:
        return b"-----BEGIN " in Path(text).read_bytes()
    except (OSError, ValueError):
        return False


def _is_host(text: str) -> bool:
    return number_of(text) is not None or _HOST_NAME.fullmatch(text) is not None


def _is_database(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite":
        path = Path(rest[1:])
        file = path.suffix == FILE_SUFFIX
        fits = not path.is_dir() and _is_place(path.parent) if file else _is_place(path)
        return rest.startswith("/") and len(rest) > 1 and fits
    # What stands before the host may be a password, what stands after it is the driver's to check.
    hosts = re.split(r"[/?]", rest, maxsplit=1)[0].rpartition("@")[2].split(",")
    fits = rest != "" and not re.search(r"\s", rest) and all(_SERVER.fullmatch(one) for one in hosts)
    return scheme in {"postgresql", "postgres"} and fits


def _is_strong(text: str) -> bool:
    return len(text) >= SECRET_CHARACTERS_MIN and len(set(text)) >= SECRET_DIFFERENT_MIN


def _is_allowed(text: str) -> bool:
    if "/" in text:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            return False
        return True
    host = re.sub(r":\d{1,5}", "", text) if text.count(":") == 1 else re.sub(r"\[(.+)\](:\d{1,5})?", r"\1", text)
    return text == "*" or _is_host(host.removeprefix("*."))


ANY = Rule("be any text", lambda _: True)
DAYS = whole(0, 36_500)
WEB = address("https", "http")
TIME_ZONE = Rule("be a time zone, such as Africa/Nairobi", lambda text: text in available_timezones())
SWITCH = Rule("be yes or no", lambda text: text.lower() in YES | NO)
PEM = Rule("be a file in PEM that can be read", _is_pem)
OUTPUT = Rule("be a file, or a place for one, and not a folder", lambda text: not Path(text).is_dir())
FOLDER = Rule("be a folder, or a place for one, and not a file", lambda text: text != "" and _is_place(Path(text)))
HOST = Rule("be a host name or an IP address, without scheme and port", _is_host)
ALLOWED_HOSTS = listed(
    Rule("", _is_allowed), "be hosts with commas between: name, name:port, *.suffix, a network, or * for any"
)
DATABASE = Rule(
    f"start with sqlite:/// and a folder or a file that ends in {FILE_SUFFIX}, or with postgresql:// and a host",
    _is_database,
)
SECRET = Rule(f"be at least {SECRET_CHARACTERS_MIN} characters, {SECRET_DIFFERENT_MIN} of them different", _is_strong)
