// A page that decodes the golden archives, which lie beside it, and tells what it found.
import { decodeGolden, type Read } from './golden.fixture.ts';

const read: Read = async (file) => new Uint8Array(await (await fetch(file)).arrayBuffer());

const report = await decodeGolden(read).catch((error: unknown) => String(error));
await fetch('/report', { method: 'POST', body: JSON.stringify({ report, agent: navigator.userAgent }) });
