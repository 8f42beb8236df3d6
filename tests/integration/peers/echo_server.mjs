// A WebSocket server of the npm package `ws`, ordered about by messages: see echo_server.py, which
// does the same and says how.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const require = createRequire(new URL('../npm/package.json', import.meta.url));
const { WebSocketServer } = require('ws');

const kFragment = 65536;
const kShort = 100;
const say = (...words) => console.log(...words);

const { values: options } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    dialect: { type: 'string', default: '' },
    subprotocol: { type: 'string', multiple: true, default: [] },
    compression: { type: 'string', default: '' },
  },
});

// Names of RFC 7692 as the package spells them: server_max_window_bits, serverMaxWindowBits.
function deflateOptions(json) {
  if (!json) return false;
  const spelt = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const named = Object.entries(JSON.parse(json)).map(([name, value]) => [spelt(name), value]);
  return { threshold: 0, ...Object.fromEntries(named) };
}

const kOrders = {
  '!close': (guest, rest) => {
    const [code, ...words] = rest.split(' ');
    guest.socket.close(Number(code), words.join(' '));
  },
  '!ping': (guest) => guest.socket.ping(),
  '!say': (guest, rest) => guest.socket.send(rest),
  '!split': (guest, rest) =>
    [...rest].forEach((one, at, all) => guest.socket.send(one, { fin: at === all.length - 1 })),
  '!total': (guest) => guest.socket.send(`total ${guest.total}`),
};

function answer(text) {
  if (options.dialect === 'text') return text === 'ping' ? 'pong' : undefined;
  if (options.dialect === 'json' && text.startsWith('{'))
    return JSON.parse(text).type === 'ping' ? '{"type":"pong"}' : undefined;
  return undefined;
}

function echo(socket, data, isBinary) {
  for (let at = 0; at === 0 || at < data.length; at += kFragment) {
    const piece = data.subarray(at, at + kFragment);
    socket.send(piece, { binary: isBinary, fin: at + kFragment >= data.length });
  }
}

function hear(guest, data, isBinary) {
  const text = isBinary ? '' : data.toString();
  if (!isBinary && text.length <= kShort) say('got', guest.number, text);
  if (text.startsWith('!')) {
    const order = text.split(' ', 1)[0];
    return kOrders[order](guest, text.slice(order.length + 1));
  }
  guest.total += data.length;
  const reply = answer(text);
  if (reply !== undefined) guest.socket.send(reply);
  else if (!guest.path.startsWith('/sink')) echo(guest.socket, data, isBinary);
}

let count = 0;
const server = new WebSocketServer({
  host: options.host,
  port: Number(options.port),
  maxPayload: 1 << 27,
  perMessageDeflate: deflateOptions(options.compression),
  handleProtocols: (offered) => options.subprotocol.find((one) => offered.has(one)) ?? false,
});
server.on('connection', (socket, request) => {
  const guest = { number: ++count, socket, path: request.url, total: 0 };
  for (const [name, value] of Object.entries(request.headers))
    if (name.startsWith('x-')) say('header', guest.number, `${name}: ${value}`);
  say('open', guest.number, guest.path);
  socket.on('message', (data, isBinary) => hear(guest, data, isBinary));
  socket.on('pong', () => say('ponged', guest.number));
  socket.on('close', (code, reason) => say('closed', guest.number, code, reason.toString()));
  socket.on('error', (error) => say('error', guest.number, error.message));
});
server.on('listening', () => say('port', server.address().port));
