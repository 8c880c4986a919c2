"""What happened, in plain words for a person or as one JSON object a line for a program. Pure."""

import json
from collections.abc import Callable

from pithead.practice.ledger import Event


def as_json(event: Event) -> str:
    """Return an event as one line of JSON: `event` is its kind, `time` unix seconds."""
    return json.dumps({"event": event.kind, "time": round(event.at, 3), **event.fields})


def as_words(event: Event) -> str:
    """Return an event as a sentence; empty where a person need not know. Holds no control characters."""
    words = _WORDS.get(event.kind)
    return clean(words(event)) if words else ""


def clean(text: str) -> str:
    """Return text without control characters (line breaks aside): what a client sent must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def _listening(event: Event) -> str:
    difficulty = event["difficulty"] or "adjusted to each miner"
    misbehaviour = event["misbehave"]
    lines = [
        f"This is pithead-pool, {event['note']}.",
        f"It listens on {event['url']} for {event['algorithm']}; difficulty: {difficulty}; shares are verified by the "
        + ("Python reference." if event["verify"] == "reference" else "host build."),
    ]
    if event["host"] not in ("127.0.0.1", "::1", "localhost"):
        lines.append("Other machines can reach it: anyone who connects is served.")
    if isinstance(misbehaviour, dict) and misbehaviour:
        wanted = ", ".join(f"{name}={value}" if value else name for name, value in misbehaviour.items())
        lines.append(f"It misbehaves on request: {wanted}.")
    lines.append(f"Point a miner at it: pithead -a {event['algorithm']} -o {event['url']} -u practice -p x")
    return "\n".join(lines)


def _share(event: Event) -> str:
    worker, reached = event["worker"] or "someone", event["share_difficulty"]
    difficulty = f" of difficulty {reached:.6g}" if isinstance(reached, float) else ""
    if event["accepted"]:
        return f"Share accepted from {worker}{difficulty} (asked {event['difficulty']:.6g}), hash {event['hash']}"
    return f"Share refused from {worker}{difficulty}: {event['reason']} (error {event['code']})"


def _summary(event: Event) -> str:
    refused = sum(int(str(event[name])) for name in ("stale", "duplicate", "low_difficulty", "otherwise_rejected"))
    hashrate = f"{event['estimated_hashrate']:,.0f}"
    return (
        f"In {event['seconds']:.1f} s: {event['connected']} connections, {event['jobs']} jobs, "
        f"{event['accepted']} shares accepted, {refused} refused ({event['stale']} stale, {event['duplicate']} duplicate, "
        f"{event['low_difficulty']} of low difficulty), {event['block']} made-up blocks; about {hashrate} H/s."
    )


_WORDS: dict[str, Callable[[Event], str]] = {
    "listening": _listening,
    "connected": lambda e: f"Connection {e['connection']} from {e['peer']}",
    "configured": lambda e: f"Connection {e['connection']} negotiated {_pairs(e)}",
    "subscribed": lambda e: f"Connection {e['connection']} subscribed: {e['agent']}, extranonce1 {e['extranonce1']}",
    "authorized": lambda e: f"{e['worker']} logged in",
    "refused": lambda e: f"Login of {e['worker']} refused",
    "difficulty": lambda e: f"Connection {e['connection']} works at difficulty {e['difficulty']:.6g} from now on",
    "job": lambda e: f"New {'block' if e['clean'] else 'job'} at height {e['height']}",
    "share": _share,
    "block": lambda e: f"Block! {e['worker']} found made-up block {e['height']}, hash {e['hash']}",
    "misbehaviour": lambda e: f"Connection {e['connection']} gets misbehaviour: {e['name']} {e['value']}".rstrip(),
    "answered": lambda e: f"Connection {e['connection']} answered {e['method']} after {e['latency_seconds']} s",
    "disconnected": lambda e: f"Connection {e['connection']} ended after {e['seconds']} s: {e['reason']}",
    "summary": _summary,
}


def _pairs(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event.fields.items() if name != "connection")
