// What any application does with its connection, for the cases that ask for it: a greeting on each
// opening, and a message a second.

export const url = process.argv[2];
export const isBest = process.argv.includes('--best');

export function onOpen(send) {
  if (url.includes('/greeting')) send('subscribe');
}

let count = 0;
export function keepSending(isOpen, send) {
  if (!url.includes('/silent-busy')) return;
  setInterval(() => { if (isOpen()) send(`message ${++count}`); }, 1000);
}
