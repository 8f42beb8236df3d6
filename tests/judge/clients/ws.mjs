// npm ws by itself: no reconnecting. --best: the watchdog that its README shows for clients, which
// leaves when the server's pings fail to come, and the limit on handshakes of its doc/ws.md.
import WebSocket from 'ws';
import { isBest, keepSending, onOpen, url } from './chores.mjs';

// A page reports what nobody catches, and goes on.
process.on('uncaughtException', (error) => console.error(error.message));
const ws = new WebSocket(url, isBest ? { handshakeTimeout: 10000 } : {});
function heartbeat() {
  clearTimeout(ws.pingTimeout);
  ws.pingTimeout = setTimeout(() => ws.terminate(), 30000 + 1000);
}
if (isBest) {
  ws.on('open', heartbeat);
  ws.on('ping', heartbeat);
  ws.on('close', () => clearTimeout(ws.pingTimeout));
}
ws.on('open', () => onOpen((text) => ws.send(text)));
ws.on('error', () => {});
keepSending(() => ws.readyState === WebSocket.OPEN, (text) => ws.send(text));
