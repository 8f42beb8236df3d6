// An echo server of the npm package `ws`; prints its port. Runs until its standard input ends.
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../../tests/integration/npm/package.json', import.meta.url));
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
