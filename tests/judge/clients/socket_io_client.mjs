// npm socket.io-client at its defaults, but for the transport: the judge serves WebSockets only.
// --best: with the options of its documentation ("Client options").
import { io } from 'socket.io-client';
import { isBest, keepSending, onOpen, url } from './chores.mjs';

// Its delays are random by default (randomizationFactor 0.5); they may grow further, and the limit
// on connecting is one for people who wait. Heartbeats are as the server announces them.
const best = { reconnectionDelayMax: 30000, timeout: 10000 };
const { origin, pathname } = new URL(url);
const socket = io(origin, { path: pathname, transports: ['websocket'], ...(isBest ? best : {}) });
socket.on('connect', () => onOpen((text) => socket.emit(text)));
keepSending(() => socket.connected, (text) => socket.emit(text));
