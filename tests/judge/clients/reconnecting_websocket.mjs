// npm reconnecting-websocket at its defaults, on npm ws.
import ReconnectingWebSocket from 'reconnecting-websocket';
import WebSocket from 'ws';
import { keepSending, onOpen, url } from './chores.mjs';

const ws = new ReconnectingWebSocket(url, [], { WebSocket });
ws.addEventListener('open', () => onOpen((text) => ws.send(text)));
ws.addEventListener('error', () => {});
keepSending(() => ws.readyState === WebSocket.OPEN, (text) => ws.send(text));
