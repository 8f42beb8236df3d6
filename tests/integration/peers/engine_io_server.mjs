// A server of the npm package `engine.io`, the transport under Socket.IO, that asks for a heartbeat
// every 300 ms and waits 300 ms for its answer. Prints `port N`, then for the N-th client
// `open N TRANSPORT`, `beat N` for each answer, `message N TEXT`, `closed N REASON`.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';

const require = createRequire(new URL('../npm/package.json', import.meta.url));
const { attach } = require('engine.io');

const say = (...words) => console.log(...words);
const http = createServer();
const engine = attach(http, { pingInterval: 300, pingTimeout: 300, transports: ['websocket'] });
let count = 0;

engine.on('connection', (socket) => {
  const number = (count += 1);
  say('open', number, socket.transport.name);
  socket.on('heartbeat', () => say('beat', number));
  socket.on('message', (text) => {
    say('message', number, text);
    socket.send(`you said ${text}`);
  });
  socket.on('close', (reason) => say('closed', number, reason));
});
http.listen(0, '127.0.0.1', () => say('port', http.address().port));
