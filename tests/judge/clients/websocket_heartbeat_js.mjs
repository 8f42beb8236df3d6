// npm websocket-heartbeat-js at its defaults, with npm ws in the place of the browser's WebSocket.
import { createRequire } from 'node:module';
import WebSocket from 'ws';
import { keepSending, onOpen, url } from './chores.mjs';

globalThis.WebSocket = WebSocket;
const { default: WebsocketHeartbeatJs } = createRequire(import.meta.url)('websocket-heartbeat-js');

// Its timers call send() on whatever the socket has become; a page reports that and goes on.
process.on('uncaughtException', (error) => console.error(error.message));
const client = new WebsocketHeartbeatJs({ url });
client.onopen = () => onOpen((text) => client.send(text));
keepSending(() => client.ws.readyState === WebSocket.OPEN, (text) => client.send(text));
