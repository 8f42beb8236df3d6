// npm websocket-heartbeat-miniprogram at its defaults. The platform object of a mini program is
// played by npm ws: connectSocket() and the SocketTask that it returns. --best: with the options of
// its README.
import { createRequire } from 'node:module';
import WebSocket from 'ws';
import { isBest, keepSending, onOpen, url } from './chores.mjs';

function connectSocket(parameters) {
  const ws = new WebSocket(parameters.url);
  ws.on('error', () => {});
  setTimeout(() => parameters.success?.({ errMsg: 'connectSocket:ok' }), 0);
  return {
    onOpen: (hook) => ws.on('open', () => hook({})),
    onClose: (hook) => ws.on('close', (code, reason) => hook({ code, reason: String(reason) })),
    onError: (hook) => ws.on('error', (error) => hook({ errMsg: error.message })),
    onMessage: (hook) => ws.on('message', (data) => hook({ data: String(data) })),
    send: ({ data }) => ws.send(data),
    close: () => ws.close(),
    isOpen: () => ws.readyState === WebSocket.OPEN,
  };
}

process.on('uncaughtException', (error) => console.error(error.message));
globalThis.window = globalThis;  // Its bundle wants one, as bundles for the web do.
const { default: WebsocketHeartbeat } =
  createRequire(import.meta.url)('websocket-heartbeat-miniprogram');
// Its README's table of options. The heartbeat's times there are the defaults (15 and 10 s); the
// delay is another for each client, and long enough for a server that has just started.
const best = {
  pingTimeout: 15000, pongTimeout: 10000, reconnectTimeout: 2000 + Math.random() * 8000,
};
const task = await WebsocketHeartbeat({
  miniprogram: { connectSocket }, connectSocketParams: { url }, ...(isBest ? best : {}),
});
task.onOpen = () => onOpen((data) => task.socketTask.send({ data }));
keepSending(() => task.socketTask.isOpen(), (data) => task.socketTask.send({ data }));
