// npm websocket-heartbeat-js at its defaults, with npm ws in the place of the browser's WebSocket.
// --best: with the options of its README.
import { createRequire } from 'node:module';
import WebSocket from 'ws';
import { isBest, keepSending, onOpen, url } from './chores.mjs';

globalThis.WebSocket = WebSocket;
const { default: WebsocketHeartbeatJs } = createRequire(import.meta.url)('websocket-heartbeat-js');

// Its timers call send() on whatever the socket has become; a page reports that and goes on.
process.on('uncaughtException', (error) => console.error(error.message));
// Its README's table of options. The heartbeat's times there are the defaults (15 and 10 s); the
// delay is another for each client, and long enough for a server that has just started.
const best = {
  pingTimeout: 15000, pongTimeout: 10000, reconnectTimeout: 2000 + Math.random() * 8000,
};
const client = new WebsocketHeartbeatJs({ url, ...(isBest ? best : {}) });
client.onopen = () => onOpen((text) => client.send(text));
keepSending(() => client.ws.readyState === WebSocket.OPEN, (text) => client.send(text));
