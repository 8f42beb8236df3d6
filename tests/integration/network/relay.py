#!/usr/bin/python3
"""A cable between two network namespaces that delays packets, and reorders them if told to.

Takes the process ids of one process in each namespace, and makes the TUN device `hwrelay` in both:
what is sent into one comes out of the other. Whoever started it gives them addresses and routes.

Prints `ready`, then obeys lines on its input, each answered with `done`; both ways alike:

    delay MS SPREAD   hold each packet for MS, give or take SPREAD, evenly spread; default 0 0
    reorder on|off    whether packets of one flow may overtake each other; default off

It ends with its input.
"""
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
PACKET_BYTES_MAX = 65536


def open_tun(process):
    """A TUN device in the namespace of `process`; the calling process moves there."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{process}/ns/net") as space:
        if libc.setns(space.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter the namespace of {process}")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"hwrelay", IFF_TUN | IFF_NO_PI))
    return tun


def flow_of(packet):
    """Addresses and ports of an IPv4 packet: packets alike in these belong together."""
    head = (packet[0] & 15) * 4
    return packet[12:20] + packet[head:head + 4]


class Cable:
    """One direction."""

    def __init__(self, relay, out):
        self.relay, self.out = relay, out
        self.last_due = {}  # By flow: nothing of it may leave sooner.

    def take(self, now, packet):
        relay = self.relay
        due = now + random.uniform(relay.delay - relay.spread, relay.delay + relay.spread)
        if not relay.may_reorder:
            flow = flow_of(packet)
            due = self.last_due[flow] = max(due, self.last_due.get(flow, 0.0))
        relay.hold(due, self.out, packet)


class Relay:
    def __init__(self, near, far):
        self.delay = self.spread = 0.0
        self.may_reorder = False
        self.held, self.count = [], 0
        self.cables = {near: Cable(self, far), far: Cable(self, near)}

    def hold(self, due, out, packet):
        self.count += 1  # Equal times leave in the order of coming.
        heapq.heappush(self.held, (due, self.count, out, packet))

    def obey(self, words):
        if words[0] == "delay":
            self.delay, self.spread = int(words[1]) / 1000, int(words[2]) / 1000
        elif words[0] == "reorder":
            self.may_reorder = words[1] == "on"
        else:
            raise ValueError(f"no command {words[0]!r}")
        print("done", flush=True)

    def let_out(self, now):
        while self.held and self.held[0][0] <= now:
            _, _, out, packet = heapq.heappop(self.held)
            try:
                os.write(out, packet)
            except OSError:
                pass  # The device is down, or its queue full: a packet more that is lost.

    def read(self, tun):
        try:
            while True:
                packet = os.read(tun, PACKET_BYTES_MAX)
                if packet and packet[0] >> 4 == 4:
                    self.cables[tun].take(time.monotonic(), packet)
        except OSError:  # Nothing is there any more.
            pass

    def run(self):
        while True:
            now = time.monotonic()
            self.let_out(now)
            wait = self.held[0][0] - now if self.held else None
            ready, _, _ = select.select([sys.stdin, *self.cables], [], [],
                                        None if wait is None else max(0.0, wait))
            for source in ready:
                if source is not sys.stdin:
                    self.read(source)
                elif not (line := sys.stdin.readline()):
                    return
                else:
                    self.obey(line.split())


def main():
    try:
        os.nice(-15)  # A cable is never busy with something else.
    except OSError:
        pass  # Not allowed here; then it may be late.
    near, far = (open_tun(int(process)) for process in sys.argv[1:3])
    print("ready", flush=True)
    Relay(near, far).run()


main()
