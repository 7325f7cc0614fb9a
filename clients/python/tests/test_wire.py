"""The codec against the vectors of the protocol."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

from frontdoor_worker import Activity, Refusal, Registration
from frontdoor_worker import _wire as wire

VECTORS = Path(__file__).parents[3] / "conformance" / "vectors"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]


READ = {
    "connectAck": wire.CONNECT_ACK,
    "connectError": wire.CONNECT_ERROR,
    "publishError": wire.PUBLISH_ERROR,
    "push": wire.PUSH,
    "workerRegisterAck": wire.REGISTER_ACK,
}


class VectorTests(unittest.TestCase):
    def test_what_a_worker_reads_has_its_meaning(self) -> None:
        seen = set()
        for vector in read("frames.jsonl"):
            frame, meaning = wire.decode(bytes.fromhex(vector["hex"])), vector["frame"]
            if meaning["type"] not in READ:
                continue
            seen.add(meaning["type"])
            expected = wire.Frame(
                READ[meaning["type"]],
                meaning["flags"],
                meaning["streamId"],
                meaning.get("correlationId", 0),
                meaning.get("reasonCode", 0),
                meaning.get("reason") or meaning.get("message") or frame.text,
                bytes.fromhex(meaning.get("payload", "")),
            )
            self.assertEqual(frame, expected, vector["name"])
        self.assertEqual(seen, READ.keys())

    def test_what_a_worker_sends_has_its_bytes(self) -> None:
        count = 0
        for vector in read("frames.jsonl"):
            meaning = vector["frame"]
            if meaning["type"] == "workerRegister":
                worker = meaning["registration"]
                activities = [Activity(*activity.values()) for activity in worker["activities"]]
                message = wire.register(
                    Registration(
                        worker["identity"],
                        worker["taskQueue"],
                        tuple(worker["namespaces"]),
                        tuple(worker["activityTypes"]),
                        worker["node"],
                        tuple(activities),
                    )
                )
            elif meaning["type"] == "pushReply":
                flags, stream, number = (meaning[n] for n in ("flags", "streamId", "correlationId"))
                message = wire.reply(flags, stream, number, bytes.fromhex(meaning["payload"]))
            else:
                continue
            count += 1
            self.assertEqual(message.hex(), vector["hex"], vector["name"])
        self.assertGreater(count, 10)
        connect = "0100000000000000000d" + "0001000000010003" + "0000000174"
        self.assertEqual(wire.connect("t").hex(), connect)
        publication = "09000000000200000034" + "0000000163" + "0000002b" + "00" * 32
        publication += "00000002" + "0000" + "0000000178"
        self.assertEqual(wire.publish(2, "c", b"x").hex(), publication)

    def test_damaged_frames_are_refused_if_a_worker_reads_them(self) -> None:
        vectors = read("malformed.jsonl")
        self.assertGreater(len(vectors), 400)
        for vector in vectors:
            message = bytes.fromhex(vector["hex"])
            whole = len(message) >= 10 and int.from_bytes(message[6:10]) == len(message) - 10
            ignored = whole and message[0] not in READ.values()
            with self.subTest(vector["hex"][:80]):
                if ignored or vector["verdict"] == "frame":
                    wire.decode(message)
                else:
                    with self.assertRaises(ValueError):
                        wire.decode(message)

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
