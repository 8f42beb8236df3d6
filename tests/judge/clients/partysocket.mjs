// npm partysocket's reconnecting WebSocket at its defaults, on npm ws.
import { WebSocket as PartyWebSocket } from 'partysocket';
import WebSocket from 'ws';
import { keepSending, onOpen, url } from './chores.mjs';

// A page reports what nobody catches, and goes on.
process.on('uncaughtException', (error) => console.error(error.message));
const ws = new PartyWebSocket(url, [], { WebSocket });
ws.addEventListener('open', () => onOpen((text) => ws.send(text)));
ws.addEventListener('error', () => {});
keepSending(() => ws.readyState === WebSocket.OPEN, (text) => ws.send(text));
