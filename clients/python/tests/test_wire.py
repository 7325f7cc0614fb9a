"""The codec against the vectors of the protocol."""

from __future__ import annotations

import json
import re
import unittest
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from frontdoor_worker import Refusal
from frontdoor_worker._wire import _LAYOUTS, Frame, ProtocolError, decode, encode

VECTORS = Path(__file__).parents[3] / "conformance" / "vectors"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]


def camel(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def plain(value: Any) -> Any:
    """A value as the vectors spell it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {camel(f.name): plain(getattr(value, f.name)) for f in fields(value)}
    return value


def meaning(frame: Frame) -> dict[str, Any]:
    """A frame as the vectors spell it."""
    result = {camel(key): plain(value) for key, value in frame.fields.items()}
    if frame.type == "worker_register_ack":
        reason = result.pop("rejection")
        result["outcome"] = "accepted" if reason is None else "rejected"
        result |= {} if reason is None else {"reason": reason}
    elif frame.type == "link_open":
        result["end"] = ("export", "import")[result["end"]]
    elif frame.type == "link_open_ack":
        outcome, *values = result.pop("answer")
        names = {"opened": ["handshake"], "held": ["grant", "draft"], "refused": ["reason"]}
        result |= {"outcome": outcome, **dict(zip(names[outcome], values, strict=True))}
    elif frame.type == "disconnect_reason":
        result["reasonCode"], result["name"] = result.pop("reason")
    elif frame.type == "deliver" and "boot" in result:
        result["message"] = {"boot": result.pop("boot"), "id": result.pop("messageId")}
    elif frame.type == "publish":
        result.setdefault("idempotencyKey", None)
    return {
        "type": camel(frame.type),
        "streamId": frame.stream_id,
        "flags": frame.flags,
        **result,
    }


class VectorTests(unittest.TestCase):
    def test_bytes_have_their_meaning_and_back(self) -> None:
        vectors = read("frames.jsonl")
        for vector in vectors:
            with self.subTest(vector["name"]):
                frame = decode(bytes.fromhex(vector["hex"]))
                self.assertEqual(meaning(frame), vector["frame"])
                self.assertEqual(encode(frame).hex(), vector["hex"])
        types = {vector["frame"]["type"] for vector in vectors}
        self.assertEqual(types, {*map(camel, _LAYOUTS), "unknown"})

    def test_damaged_bytes_get_their_verdict(self) -> None:
        vectors = read("malformed.jsonl")
        self.assertGreater(len(vectors), 400)
        for vector in vectors:
            with self.subTest(vector["hex"][:80]):
                message = bytes.fromhex(vector["hex"])
                if vector["verdict"] == "frame":
                    self.assertEqual(camel(decode(message).type), vector["type"])
                    continue
                with self.assertRaises(ProtocolError) as raised:
                    decode(message)
                self.assertEqual(raised.exception.reason_code, vector.get("reasonCode", 9))

    def test_a_refusal_has_the_canonical_spelling(self) -> None:
        refusals = [v for v in read("frames.jsonl") if v["name"].startswith("push-refused")]
        self.assertEqual(len(refusals), 4)
        for vector in refusals:
            payload = bytes.fromhex(vector["frame"]["payload"])
            self.assertEqual(Refusal(**json.loads(payload)).payload(), payload)

    def test_words_are_cut_between_characters(self) -> None:
        self.assertEqual(Refusal("busy", "é" * 600).words, "é" * 512)
        self.assertEqual(Refusal("busy", "a" + "é" * 600).words, "a" + "é" * 511)
        self.assertEqual(Refusal("busy", "\ud800").words, "\ufffd")
        expected = b'{"code":"busy","words":"\\u0001\\b\x7f/\xe2\x80\xa8"}'
        self.assertEqual(Refusal("busy", "\x01\b\x7f/\u2028").payload(), expected)


if __name__ == "__main__":
    unittest.main()
