// A WebSocket client of the npm package `ws`, ordered about by the server's messages: see
// echo_client.py, which does the same and says how.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const require = createRequire(new URL('../npm/package.json', import.meta.url));
const { WebSocket } = require('ws');

const kFragment = 65536;
const kShort = 100;
const say = (...words) => console.log(...words);

const { values: options, positionals } = parseArgs({
  options: { compression: { type: 'string', default: '' } },
  allowPositionals: true,
});

// Names of RFC 7692 as the package spells them: server_max_window_bits, serverMaxWindowBits.
function deflateOptions(json) {
  if (!json) return false;
  const spelt = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const named = Object.entries(JSON.parse(json)).map(([name, value]) => [spelt(name), value]);
  return { threshold: 0, ...Object.fromEntries(named) };
}

const [url, ...subprotocols] = positionals;
const socket = new WebSocket(url, subprotocols, {
  maxPayload: 1 << 27,
  perMessageDeflate: deflateOptions(options.compression),
});
let echoes = true;

const kOrders = {
  '!close': (rest) => {
    const [code, ...words] = rest.split(' ');
    socket.close(Number(code), words.join(' '));
  },
  '!ping': () => socket.ping(),
  '!ask': (rest) => {
    echoes = false;
    socket.send(rest);
  },
};

function echo(data, isBinary) {
  for (let at = 0; at === 0 || at < data.length; at += kFragment) {
    const piece = data.subarray(at, at + kFragment);
    socket.send(piece, { binary: isBinary, fin: at + kFragment >= data.length });
  }
}

socket.on('open', () => say('open', socket.protocol || '-'));
socket.on('message', (data, isBinary) => {
  const text = isBinary ? '' : data.toString();
  if (!isBinary && text.length <= kShort) say('got', text);
  if (text.startsWith('!')) {
    const order = text.split(' ', 1)[0];
    kOrders[order](text.slice(order.length + 1));
  } else if (echoes) {
    echo(data, isBinary);
  }
});
socket.on('pong', () => say('ponged'));
socket.on('unexpected-response', (request, response) => {
  say('refused', response.statusCode, response.headers['retry-after'] ?? '-');
  process.exit(0);
});
socket.on('close', (code, reason) => say('closed', code, reason.toString()));
socket.on('error', (error) => say('error', error.message));
