#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: tools/fuzz_seeds.py [--root DIR].

A seed is a small valid input, fuzz/corpus/TARGET/NAME, from which libFuzzer finds its way. What it
found and a person wants to keep lies beside them under names of its own. Binary seeds are spelled
here, in the order in which the target takes its Input apart; seeds that are plain text are listed.
"""

import argparse
import base64
import hashlib
import pathlib
import re
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHOLE, OCTETS, RANDOM = b"\x00", b"\x01", b"\x07"
MASK = b"\x01\x02\x03\x04"
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A


def piece(data):
    """As Input::piece() takes it."""
    data = data.encode() if isinstance(data, str) else data
    assert len(data) < 256
    return bytes([len(data)]) + data


def number(value):
    return value.to_bytes(2, "big")


def frame(first, payload=b"", masked=True):
    payload = payload.encode() if isinstance(payload, str) else payload
    size = len(payload)
    high = 0x80 if masked else 0
    head = bytes([first])
    if size < 126:
        head += bytes([high | size])
    elif size < 65536:
        head += bytes([high | 126]) + number(size)
    else:
        head += bytes([high | 127]) + size.to_bytes(8, "big")
    if not masked:
        return head + payload
    return head + MASK + bytes(octet ^ MASK[i % 4] for i, octet in enumerate(payload))


def close(code, reason=""):
    return number(code) + reason.encode()


# What one side says in a row, as (first octet, payload) pairs.
CONVERSATIONS = {
    "text": [(TEXT, "hello")],
    "empty": [(TEXT, ""), (BINARY, "")],
    "binary_126": [(BINARY, b"b" * 126)],
    "binary_250": [(BINARY, b"b" * 250)],
    "fragments": [(0x01, "hel"), (0x00, "l"), (0x80, "o")],
    "fragments_of_a_character": [(0x01, b"\xe2"), (0x00, b"\x82"), (0x80, b"\xac")],
    "ping_between": [(0x01, "hel"), (PING, "x"), (0x80, "lo")],
    "pong": [(PONG, "hw\0\0\0\1"), (PONG, "")],
    "ping_125": [(PING, b"p" * 125)],
    "ping_126": [(PING, b"p" * 126)],
    "close": [(CLOSE, close(1000, "bye")), (TEXT, "after")],
    "close_empty": [(CLOSE, b"")],
    "close_1_octet": [(CLOSE, b"\x03")],
    "close_1005": [(CLOSE, close(1005))],
    "close_restart": [(CLOSE, close(1012, "retry-after=30"))],
    "close_bad_reason": [(CLOSE, close(1000) + b"\xff")],
    "not_utf8": [(TEXT, b"ok\xf4\x90")],
    "surrogate": [(TEXT, b"\xed\xa0\x80")],
    "reserved_bit": [(0xC1, "x")],
    "reserved_opcode": [(0x83, "x")],
    "continuation_first": [(0x80, "x")],
    "unfinished": [(0x01, "x"), (TEXT, "y")],
    "control_fragment": [(0x09, "x")],
    "many_fragments": [(0x02, "x")] + [(0x00, "x")] * 7,
}


def message_reader():
    for name, frames in CONVERSATIONS.items():
        for role, flags in (("server", 0), ("client", 1)):
            wire = b"".join(frame(first, payload, role == "server") for first, payload in frames)
            yield f"{role}_{name}", bytes([flags]) + RANDOM + wire
    yield "client_length_not_minimal", b"\x01" + OCTETS + b"\x82\x7e\x00\x05hello"
    yield "client_length_top_bit", b"\x01" + OCTETS + b"\x82\x7f\x80" + bytes(7)
    yield "client_compressed", b"\x03" + RANDOM + frame(0xC1, b"\xf2\x48\xcd\xc9\xc9\7\0", False)
    yield "small_limits", b"\x05" + RANDOM + frame(BINARY, b"b" * 61, False)


def frame_headers():
    for size in (0, 125, 126, 65535, 65536):
        yield f"server_{size}", b"\x00" + frame(BINARY, b"b" * size)[:14]
        yield f"client_{size}", b"\x08" + frame(BINARY, b"b" * size, False)[:14]
    yield "rsv", b"\x0f" + frame(0xF1, "x", False)
    yield "top_bit", b"\x08\x82\x7f\xff" + bytes(7)


def mask():
    for offset in (0, 1, 7):
        for size in (1, 8, 33, 100):
            yield (f"offset_{offset}_size_{size}",
                   MASK + bytes([offset + 2, offset]) + RANDOM + bytes(range(size)))


def utf8():
    texts = {
        "ascii": b"hello", "two": b"\xc2\x80\xdf\xbf", "three": b"\xe0\xa0\x80\xef\xbf\xbf",
        "four": b"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "overlong_two": b"a\xc1\xbf",
        "overlong_three": b"\xe0\x9f\xbf", "overlong_four": b"\xf0\x8f\xbf\xbf",
        "surrogate": b"\xed\xa0\x80", "beyond": b"\xf4\x90\x80\x80", "lonely": b"\x80",
        "cut": "né€😀".encode()[:-1], "mixed": "né€😀 κόσμε".encode(),
    }
    for name, text in texts.items():
        yield name, RANDOM + bytes([len(text) // 2]) + text


URLS = """
ws://example.com
wss://example.com/
ws://EXAMPLE.com:8080/chat?room=1&x=%20
ws://user:pass%40word@example.com:1/a/b;c=d
wss://[2001:db8::1]:443/
ws://[::ffff:192.0.2.1]
ws://[1:2:3:4:5:6:7:8]
ws://192.0.2.1:65535?q
ws://192.0.2.256/
ws://example.com:0/
ws://example.com:65536/
ws://example.com:/
http://example.com/
wss://example.com/#fragment
ws://a b/
ws://user:secret@/
ws://ex%41mple.com/
ws://xn--bcher-kva.example/%zz
ws:///path
ws://host:8x/
ws://[::1
""".split("\n")[1:-1]

DATES = """
Sun, 06 Nov 1994 08:49:37 GMT
Sunday, 06-Nov-94 08:49:37 GMT
Sun Nov  6 08:49:37 1994
Sun Nov 16 08:49:37 1994
Thu, 29 Feb 2024 23:59:60 GMT
Thu, 29 Feb 2023 00:00:00 GMT
Mon, 01 Jan 0000 00:00:00 GMT
Fri, 31 Dec 9999 23:59:60 GMT
Friday, 31-Dec-69 23:59:59 GMT
Tue, 31 Dec 2069 23:59:59 GMT
Friday, 31-Dec-70 24:00:00 GMT
""".split("\n")[1:-1]

DOCUMENTS = [
    '{"type":"ping"}', ' {"type":"pong","ref":[1,2.5e-7,{"k":"\\u20ac"}],"b":true,"type":"x"} ',
    '[null,"7","phoenix","heartbeat",{}]', '{"ref":18446744073709551615}', '{"ref":-0.0e+10}',
    '{"type":"\\ud83d\\ude00\\n\\/"}', '{"type":"\\ud800"}', '{"ty\\u0070e":null}', '"scalar"',
    '[' * 32 + ']' * 32, '[' * 33 + ']' * 33, '{"a":' * 32 + "1" + "}" * 32, '{"a":01}',
    '{"type":"' + "v" * 97 + '"}', '{"":1,"type":' + "9" * 100 + "}", "[1,2,", "tru", "", "{}x",
    "quote \" back \\ € \x01",
]


def listed(items):
    for index, item in enumerate(items):
        yield f"{index:02}", item.encode()


def retry_after():
    def seed(field, date="", factors=(0, 0), words=""):
        return piece(field) + piece(date) + number(factors[0]) + number(factors[1]) + piece(words)

    date = DATES[0]
    yield "seconds", seed("120", words="retry-after=30")
    yield "many_seconds", seed("9" * 40, factors=(65535, 65535), words="gone; retry-after=7,x")
    yield "date", seed(DATES[2], date, (3, 20), "retry-after=")
    yield "past", seed(date, DATES[4], (1, 1), "retry-after=-1 retry-after=5")
    yield "no_number", seed("soon", "never", words="xretry-after=30")


def head():
    for name, values in {
        "one": ["chat"], "list": ["chat, v12.stomp"], "blank": [" , ,chat,\t", ""],
        "several": ["superchat", "a,b", " chat\t"], "none": [],
    }.items():
        yield name, piece("superchat") + bytes([len(values)]) + b"".join(map(piece, values))


KEY = base64.b64encode(bytes(16)).decode()
ACCEPT = base64.b64encode(
    hashlib.sha1((KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
REQUEST = [
    "GET /chat?room=1 HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade",
    f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13",
]
ANSWER = [
    "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
    f"Sec-WebSocket-Accept: {ACCEPT}",
]


def http(lines, body="", end="\r\n"):
    return RANDOM + (end.join(lines) + 2 * end + body).encode()


def handshake_server():
    yield "plain", http(REQUEST)
    yield "frames_follow", http(REQUEST, "\x01\x02frames")
    for name, more in {
        "subprotocols": ["Sec-WebSocket-Protocol: chat, v12.stomp", "Origin: https://example.com"],
        "bad_subprotocol": ["Sec-WebSocket-Protocol: ch@t"], "two_hosts": ["Host: b"],
        "body": ["Content-Length: 5"], "no_body": ["Content-Length: 0"],
        "chunked": ["Transfer-Encoding: chunked"], "folded": ["X-A: b", " c"],
        "space_before_colon": ["X-A : b"], "two_keys": [f"Sec-WebSocket-Key: {KEY}"],
        "many_fields": [f"X-{i}: {i}" for i in range(12)], "octets": ["X-A: \x80\xff\t."],
        "extensions": ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
    }.items():
        yield name, http(REQUEST + more)
    yield "absolute", http(["GET ws://example.com/chat HTTP/1.1"] + REQUEST[1:])
    yield "http_1_0", http(["GET / HTTP/1.0"] + REQUEST[1:])
    yield "post", http(["POST / HTTP/1.1"] + REQUEST[1:])
    yield "bare_line_feeds", http(REQUEST, end="\n")
    yield "no_upgrade", http(REQUEST[:2])
    yield "version_8", http(REQUEST[:-1] + ["Sec-WebSocket-Version: 8"])
    yield "short_key", http(REQUEST[:4] + ["Sec-WebSocket-Key: AAAA"] + REQUEST[5:])
    yield "tls", RANDOM + b"\x16\x03\x01\x02\x00"
    yield "http_2", RANDOM + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def handshake_client():
    yield "plain", http(ANSWER)
    yield "frames_follow", http(ANSWER, "\x01\x02frames")
    yield "interim", RANDOM + b"HTTP/1.1 100 Continue\r\n\r\n" + http(ANSWER)[1:]
    for name, more in {
        "subprotocol": ["Sec-WebSocket-Protocol: chat"],
        "unknown_subprotocol": ["Sec-WebSocket-Protocol: other"],
        "extension": ["Sec-WebSocket-Extensions: permessage-deflate"],
        "extension_wrong": ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
        "two_accepts": [f"Sec-WebSocket-Accept: {ACCEPT}"],
    }.items():
        yield name, http(ANSWER + more)
    yield "wrong_accept", http(ANSWER[:-1] + ["Sec-WebSocket-Accept: AAAA"])
    yield "busy", http(["HTTP/1.1 503 Service Unavailable", "Retry-After: 120"], "later")
    yield "busy_until", http(["HTTP/1.1 503 ", f"Retry-After: {DATES[4]}", f"Date: {DATES[0]}"])
    yield "redirect", http(["HTTP/1.1 302 Found", "Location: https://example.com/"])
    yield "unauthorized", http(["HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Basic"])
    yield "http_1_0", http(["HTTP/1.0 101 Switching Protocols"] + ANSWER[1:])
    yield "not_http", RANDOM + b"SSH-2.0-OpenSSH_9.2\r\n"
    yield "tls", RANDOM + b"\x15\x03\x01\x00\x02\x02\x46"


def proxy_connect():
    def seed(lines, host="example.org", user=0, body=""):
        return bytes([user]) + RANDOM + piece(host) + number(443) + http(lines, body)[1:]

    yield "well", seed(["HTTP/1.1 200 Connection established"])
    yield "http_1_0", seed(["HTTP/1.0 200 OK", "Via: proxy"], "192.0.2.1", 1)
    yield "bytes_behind", seed(["HTTP/1.1 200 OK", "Content-Length: 5"], "[::1]", 0, "hello")
    yield "forbidden", seed(["HTTP/1.1 403 Forbidden"], body="<html>")
    yield "says_401", seed(["HTTP/1.1 401 Who", "WWW-Authenticate: Basic realm=x"], user=1)
    yield "wants_user", seed(["HTTP/1.1 407 Who", 'Proxy-Authenticate: Digest x="a", Basic'])
    yield "other_user", seed(["HTTP/1.1 407 Who", "Proxy-Authenticate: basic realm=x"], user=1)
    yield "busy", seed(["HTTP/1.1 503 \x80\x1b[2J", "Retry-After: 120"])
    yield "not_http", b"\0" + OCTETS + piece("a") + number(1) + b"\x05\x00"


def proxy_url():
    for index, (names, host, proxy) in enumerate([
            ("example.org, .local\t*.test", "www.example.org", "http://me:p%40w@proxy:3128"),
            ("10.0.0.0/8 fd00::/9", "10.1.2.3", "socks5h://proxy"),
            ("fd00::/9,[::1]:443", "[fd7f::1]", "socks5://me:pw@[::1]:1080/"),
            ("a:443,192.0.2.1/33", "a.", "proxy"), ("*", "b", "https://proxy"),
            ("[::1,a:65536,/8", "192.0.2.1", "http://me:p/w@proxy"),
            ("example.org:8080", "example.org", "http://a:b:c@proxy:0"), ("", "x", "")]):
        yield f"{index:02}", piece(names) + piece(host) + number(443) + proxy.encode()


def socks5():
    def seed(said, host="example.org", user=0, how=RANDOM):
        return bytes([user]) + how + piece(host) + number(443) + bytes.fromhex(said)

    yield "name", seed("0500 05000001 00000000 0000")
    yield "whole", seed("0500 05000001 00000000 0000", how=WHOLE)
    yield "user", seed("0502 0100 05000004 00000000000000000000000000000001 0050", "[::1]", 1)
    yield "reply_with_name", seed("0500 05000003 0161 0050", "192.0.2.1")
    yield "behind_the_reply", seed("0500 05000001 00000000 0000 8100")
    yield "no_method", seed("05ff")
    yield "not_offered", seed("0502")
    yield "wrong_password", seed("0502 0101", user=1)
    yield "refused", seed("0500 0505")
    yield "reserved", seed("0500 05000101 00000000 0000")
    yield "unknown_address", seed("0500 05000002 00000000 0000")
    yield "not_socks", seed("48545450")


OFFERS = """
permessage-deflate
permessage-deflate; client_max_window_bits
permessage-deflate; client_max_window_bits=12; server_max_window_bits="10"
permessage-deflate; server_no_context_takeover; client_no_context_takeover
permessage-deflate; server_max_window_bits=8, permessage-deflate
permessage-deflate; server_max_window_bits=16
permessage-deflate; server_max_window_bits=10; server_max_window_bits=10
permessage-deflate; unknown
x-webkit-deflate-frame, ,permessage-bzip2; a="b\\c"
; permessage-deflate
permessage-deflate; a="
""".split("\n")[1:-1]


def extensions():
    for index, offer in enumerate(OFFERS):
        yield f"{index:02}", bytes([index * 37 % 256, 255 - index * 23]) + offer.encode()


def deflate():
    def payload(data, bits=7, bytes_max=1000):
        return bytes([1, bits]) + number(bytes_max) + data

    def compressed(data, bits=-15):
        stream = zlib.compressobj(6, zlib.DEFLATED, bits)
        return (stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def messages(tuning, takes_over, *texts):
        ends = b"".join(bytes([times]) + piece(text) + b"\0" for times, text in texts)
        return bytes([0, tuning, takes_over, len(texts) - 1]) + ends

    yield "hello", payload(bytes.fromhex("f248cdc9c90700"))
    yield "stored", payload(bytes.fromhex("000500faff48656c6c6f00"))
    yield "final_block", payload(bytes.fromhex("f348cdc9c9070000"))
    yield "two_blocks", payload(bytes.fromhex("f2480500 0000ffffcac9c90700".replace(" ", "")))
    yield "empty", payload(b"\0")
    yield "bomb", payload(compressed(bytes(100000)))
    yield "text", payload(compressed(b"the same again and again, the same again" * 20))
    yield "too_far_back", payload(compressed(b"x" * 40 + bytes(range(256)) * 3 + b"x" * 40), 0)
    yield "corrupt", payload(b"\x07\xff\xff")
    yield "messages", messages(0x9F, 1, (1, "hello"), (30, "hello"), (1, "hello, hello"))
    yield "alone", messages(0x40, 0, (1, "hello"), (1, ""), (31, "0123456789"))
    given_up = b"\x1f" + piece(bytes(range(200))) + b"\1\x05"
    yield "given_up", bytes([0, 0x9F, 1, 1]) + given_up + b"\1" + piece("hello") + b"\0"


def handshake_request():
    def seed(url, subprotocols=(), headers=(), origin=None):
        counts = len(subprotocols) | len(headers) << 2 | (0 if origin is None else 16)
        words = [*subprotocols, *(word for pair in headers for word in pair)]
        words += [] if origin is None else [origin]
        return piece(url) + bytes([counts]) + b"".join(map(piece, words))

    yield "plain", seed("example.com/")
    yield "all", seed("u:p@example.com:81/chat?x", ["chat", "v12.stomp"],
                      [("Authorization", "Bearer x"), ("X-A", " b\t")], "https://example.com")
    yield "forged", seed("example.com", [], [("X-A", "b\r\nHost: evil")])
    yield "owned", seed("[::1]", [], [("sec-websocket-key", "x")])
    yield "bad_subprotocol", seed("example.com", ["a, b"])
    yield "octets", seed("example.com", [], [("X-A", b"\x80\xff".decode("latin-1"))], "null")


def dialect_names_of_target():
    source = (ROOT / "fuzz/dialect_fuzz.cpp").read_text("utf-8")
    names = re.search(r"kNames\[\] = \{(.*?)\};", source, re.S).group(1)
    return re.findall(r'"((?:[^"\\]|\\.)*)"', names)


MESSAGES = {
    "text": ["ping", "pong", ""], "json": ['{"type":"ping"}', '{"x":1,"type":"pong"}'],
    "engine.io": ["2", "3", "2probe", '0{"pingInterval":25000,"pingTimeout":20000}'],
    "sockjs": ["h", "a[]"], "stomp": ["\n", "\r\n", "CONNECT\nheart-beat:10000,5000\n\n\0",
                                      "CONNECTED\r\nversion:1.2\r\nheart-beat:0,1\r\n\r\n\0"],
    "mqtt": ["\xc0\x00", "\xd0\x00", "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"],
    "phoenix": ['[null,"7","phoenix","heartbeat",{}]',
                '{"topic":"phoenix","event":"heartbeat","ref":"3","payload":{}}',
                '[null,"7","phoenix","phx_reply",{"status":"ok","response":{}}]'],
    "graphql-transport-ws": ['{"type":"ping","payload":{}}'],
}


def dialect():
    for index, name in enumerate(dialect_names_of_target()):
        for at, message in enumerate(MESSAGES.get(name, ["1", "ping"])):
            flags = at % 2 | (2 if name == "mqtt" else 0)
            yield f"{name.split(':')[0]}_{index}_{at}", (
                bytes([index, flags]) + message.encode("latin-1"))


def dialect_names():
    for index, name in enumerate(["ping", "text:a/b", "text:a/a", "json:op=11/12", "json:t=x/x",
                                  "stomp:10,20", "stomp:x", "mqtt:1", "json:=", "nothing"]):
        yield f"{index:02}", piece(name) + piece('{"t":"x"}') + piece("a")


# --- endpoints -----------------------------------------------------------------------------------

def op(code, data=b""):
    return bytes([code]) + data


def traffic(first, payload=b""):
    """What take_traffic() makes a frame of."""
    return op(11, b"\x02" + bytes([first]) + piece(payload))


def heartbeat(index):
    return op(11, b"\x01" + bytes([index]))


SEND, WISH_CLOSE, PASS, ROOM, ALL_ROOM = 0, 1, 2, 3, 4
HALF_A_MINUTE, FIVE_MINUTES = number(3000), number(30000)


def endpoint(check_now):
    """Ops that both roles share."""
    text = op(SEND, b"\x00" + piece("hello"))
    long = op(SEND, b"\xfe" + piece("x"))
    for name, frames in CONVERSATIONS.items():
        yield name, b"".join(traffic(first, payload) for first, payload in frames)
    yield "send", text + long + op(SEND, b"\x01" + piece(b"\xff")) + op(SEND, b"\x00\x01\xff")
    yield "blocked", op(ROOM, number(10)) + text + long * 5 + traffic(PING, "x") + op(ALL_ROOM)
    yield "wish_close", op(WISH_CLOSE, number(1000) + piece("bye")) + traffic(CLOSE, close(1000))
    unanswered = op(WISH_CLOSE, number(3001) + piece(""))
    yield "wish_close_unanswered", unanswered + op(PASS, HALF_A_MINUTE)
    yield "silence", op(PASS, FIVE_MINUTES) + op(PASS, FIVE_MINUTES)
    answer = traffic(PONG, "hw\0\0\0\1")
    yield "answered", op(PASS, HALF_A_MINUTE) * 2 + answer + op(PASS, HALF_A_MINUTE)
    yield "check_now", check_now + op(PASS, HALF_A_MINUTE)
    yield "heartbeats", b"".join(heartbeat(index) + op(PASS, number(20)) for index in range(12))


COMPRESSED = op(11, b"\x04" + piece("hello") + b"\x40") + traffic(0xC2, b"\xf2\x48\xcd\xc9\xc9\7\0")
SEND_LONG = op(SEND, b"\x80" + piece("hello"))


def server_endpoint():
    for name, flags in (("compressed", 0x11), ("compressed_alone", 0x70)):
        yield name, bytes([flags]) + RANDOM + COMPRESSED + SEND_LONG * 2
    for name, ops in endpoint(op(5)):
        yield name, b"\x01" + RANDOM + ops
    yield "lost", b"\x0f" + OCTETS + traffic(TEXT, "x") + op(7, b"\xff") + traffic(TEXT, "y")


def client_endpoint():
    for index, (name, ops) in enumerate(endpoint(op(5, b"\4"))):
        yield name, bytes([index % 8]) + RANDOM + ops
    yield "compressed", b"\x80" + RANDOM + COMPRESSED + SEND_LONG * 2
    again = op(PASS, HALF_A_MINUTE) + op(9) + op(10)
    yield "lost_and_back", b"\x00" + RANDOM + op(7) + again + traffic(TEXT, "x")
    yield "handshake", b"\x40" + OCTETS + op(8) + op(9) + op(10) + traffic(PING, "x")
    yield "suspended", b"\x00" + RANDOM + op(5, b"\2") + op(7) + op(5, b"\3") + op(9) + op(10)
    yield "queued", b"\x01" + RANDOM + op(7) + op(SEND, b"\x00" + piece("later")) + again


def lifecycle():
    """The scenarios of tests/scenario, as far as the target's steps can tell them."""
    source = (ROOT / "fuzz/lifecycle_fuzz.cpp").read_text("utf-8")
    text = re.search(r"kSteps =\n(.*?);\n\n", source, re.S).group(1)
    menu = [line.strip() for part in re.findall(r'"(.*)"', text)
            for line in part.split("\\n") if line.strip()]

    def step(line):
        if line in menu:
            return bytes([menu.index(line)])
        time = re.fullmatch(r"(run|stall) (\d+)(ms|s|m)", line)
        if not time:
            return b""
        unit = {"ms": 1, "s": 1000, "m": 60000}[time[3]]
        return bytes([0xF8 if time[1] == "stall" else 0xFF]) + number(
            min(int(time[2]) * unit, 65535))

    for path in sorted((ROOT / "tests/scenario").glob("*.txt")):
        if path.name == "CMakeLists.txt":
            continue
        commands = [line.strip() for line in path.read_text("utf-8").split("\n")]
        yield path.stem, b"\x00\x07" + b"".join(map(step, commands))
    for options in range(13):
        yield f"options_{options}", bytes([options, 7]) + b"".join(map(step, [
            "start", "run 1s", "send 100 ttl=2s", "run 26s", "peer silent", "run 2m",
            "peer answers", "peer refuses", "peer drops", "run 6s", "late ended", "peer accepts",
            "run 2m", "peer closes 1012", "run 26s", "close 1000", "run 1s"]))


TARGETS = {
    "client_endpoint": client_endpoint, "deflate": deflate, "dialect": dialect,
    "dialect_names": dialect_names, "extensions": extensions, "frame": frame_headers,
    "handshake_client": handshake_client,
    "handshake_request": handshake_request, "handshake_server": handshake_server, "head": head,
    "http_date": lambda: listed(DATES), "json_field": lambda: listed(DOCUMENTS),
    "lifecycle": lifecycle, "mask": mask, "message_reader": message_reader,
    "proxy_connect": proxy_connect, "proxy_url": proxy_url, "retry_after": retry_after,
    "server_endpoint": server_endpoint, "socks5": socks5, "url": lambda: listed(URLS),
    "utf8": utf8,
}


def seeds():
    """Each seed's path under fuzz/corpus, and its bytes."""
    for target, make in TARGETS.items():
        for name, data in make():
            yield pathlib.Path(target, name), data


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=ROOT / "fuzz/corpus", type=pathlib.Path)
    root = parser.parse_args().root
    for path, data in seeds():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


if __name__ == "__main__":
    main()
