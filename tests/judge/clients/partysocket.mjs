// npm partysocket's reconnecting WebSocket at its defaults, on npm ws. --best: with the options of
// its README ("Available options"), for an application that wants to spare its server.
import { WebSocket as PartyWebSocket } from 'partysocket';
import WebSocket from 'ws';
import { isBest, keepSending, onOpen, url } from './chores.mjs';

// A page reports what nobody catches, and goes on.
process.on('uncaughtException', (error) => console.error(error.message));
// No option is about heartbeats. A handshake gets the ten seconds that a busy server may need,
// delays grow faster and further, and no first delay is the same as another.
const best = {
  connectionTimeout: 10000,
  minReconnectionDelay: 1000 + Math.random() * 4000,
  maxReconnectionDelay: 30000,
  reconnectionDelayGrowFactor: 2,
};
const ws = new PartyWebSocket(url, [], { WebSocket, ...(isBest ? best : {}) });
ws.addEventListener('open', () => onOpen((text) => ws.send(text)));
ws.addEventListener('error', () => {});
keepSending(() => ws.readyState === WebSocket.OPEN, (text) => ws.send(text));
