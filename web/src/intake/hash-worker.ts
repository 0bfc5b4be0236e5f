// Hashes one file after another away from the page's own thread.
import { Sha256 } from "./sha256";

export interface HashOrder {
  id: number;
  file: Blob;
}
export type HashReply = { id: number; done: number } | { id: number; digest: string } | { id: number; error: string };

const kPiece = 4 * 1024 * 1024;
const reply = (message: HashReply) => self.postMessage(message);

async function hash({ id, file }: HashOrder): Promise<void> {
  const sha = new Sha256();
  for (let at = 0; at < file.size; at += kPiece) {
    sha.update(new Uint8Array(await file.slice(at, at + kPiece).arrayBuffer()));
    reply({ id, done: Math.min(file.size, at + kPiece) });
  }
  reply({ id, digest: `sha256:${sha.hex()}` });
}

self.onmessage = (event: MessageEvent<HashOrder>) => {
  const { id } = event.data;
  hash(event.data).catch(() => reply({ id, error: "The file can no longer be read. It may have been moved or changed since it was added: add it again." }));
};
