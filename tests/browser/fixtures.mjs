// Small model files that are what they say, made here so that no story needs a file from elsewhere.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "./crc32.mjs";

export const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

// Tensors of float32, each filled with one value.
export function safetensors(tensors) {
  const header = {};
  const parts = [];
  let at = 0;
  for (const [name, { shape, value = 0 }] of Object.entries(tensors)) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value);
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + values.byteLength] };
    parts.push(Buffer.from(values.buffer));
    at += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

// A ZIP whose entries are stored as they are.
function zip(entries) {
  const locals = [];
  const directory = [];
  let at = 0;
  for (const [name, data] of entries) {
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, data]);
    const central = Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, Buffer.alloc(14), path]);
    central.writeUInt32LE(at, 42);
    locals.push(local);
    directory.push(central);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, central, end]);
}

// What torch.save writes for a dictionary of plain values; `note` makes two of them differ.
export function torchArchive(note = "one") {
  const key = Buffer.from("note");
  const text = Buffer.from(note);
  const word = (bytes) => Buffer.concat([Buffer.from([0x58, bytes.length, 0, 0, 0]), bytes]);
  const pickle = Buffer.concat([Buffer.from([0x80, 2, 0x7d]), word(key), word(text), Buffer.from([0x73, 0x2e])]);
  return zip([["archive/data.pkl", pickle], ["archive/version", Buffer.from("3\n")]]);
}

export const metadata = (wakeWord, more = {}) => ({
  wake_word: wakeWord,
  created_at: "2026-01-06T15:00:00Z",
  threshold: 0.65,
  accuracy: 0.971,
  f1_score: 0.943,
  precision: 0.952,
  recall: 0.934,
  training_config: { batch_size: 32, dropout: 0.5 },
  ...more,
});

export async function writeModelFolder(folder, files) {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

async function call(server, method, path, body, headers = {}) {
  const response = await fetch(server.address + path, { method, body, headers });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

export const callJson = (server, method, path, body) => call(server, method, path, JSON.stringify(body), { "content-type": "application/json" });

// Publishes by the same way that every client takes: blobs first, then the version.
export async function publish(server, { namespace = "custom", name, files, kind = "wake-word", ...more }) {
  const listed = [];
  for (const [path, bytes] of Object.entries(files)) {
    const digest = digestOf(bytes);
    await call(server, "PUT", `/api/blobs/${digest}`, bytes, { "content-type": "application/octet-stream" });
    listed.push({ path, digest });
  }
  return callJson(server, "POST", `/api/namespaces/${namespace}/models/${name}/versions`, { files: listed, kind, ...more });
}

export const publishWakeWord = (server, name, more = {}) =>
  publish(server, { name, files: { [`${name}.pt`]: torchArchive(more.note ?? name), [`${name}.json`]: Buffer.from(JSON.stringify(metadata(name, more.metadata))) }, ...more.version });
