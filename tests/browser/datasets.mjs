// A dataset with sound, pictures and text, and models that were trained on its slices, made by the API alone.
import { deflateSync } from "node:zlib";
import { crc32 } from "./crc32.mjs";
import { callJson, digestOf, publish, safetensors } from "./fixtures.mjs";
import { anotherWord, theWord, wavOf } from "./microphone.mjs";

// A PNG of 32 by 32 pixels of one colour.
function picture(red, green, blue) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), body.length + 4);
    return frame;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(32, 0);
  head.writeUInt32BE(32, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: 32 }, () => Buffer.from([red, green, blue]))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: 32 }, () => row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

async function putBlob(server, bytes) {
  const digest = digestOf(bytes);
  const response = await fetch(`${server.address}/api/blobs/${digest}`, { method: "PUT", body: bytes, headers: { "content-type": "application/octet-stream" } });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return digest;
}

const kFiles = [
  ["jarvis/anna.wav", wavOf([0.2, theWord(1), 0.2]), { label: "jarvis" }],
  ["jarvis/bert.wav", wavOf([0.2, theWord(2), 0.2]), { label: "jarvis" }],
  ["other/lamp.wav", wavOf([0.2, anotherWord(), 0.2]), { label: "other" }],
  ["notes/about.txt", Buffer.from("Recorded in a kitchen, in November.\n"), null],
  ["signs/stop.png", picture(0xb3, 0x26, 0x1e), { label: "stop", boxes: [{ x: 4, y: 4, width: 56, height: 56 }] }],
  ["signs/way.png", picture(0x1e, 0x6f, 0xb3), { label: "way", boxes: [] }],
];

export async function makeDataset(server, name = "sounds and signs") {
  const dataset = await callJson(server, "POST", "/api/datasets", { name, description: "What was collected for the trial of November." });
  const path = `/api/datasets/${dataset.id}`;
  const items = [];
  for (const [key, bytes, annotations] of kFiles) items.push({ key, digest: await putBlob(server, bytes), annotations, metadata: { place: "kitchen" } });
  for (const slice of ["train", "held out"]) await callJson(server, "POST", `${path}/slices`, { name: slice });
  await callJson(server, "POST", `${path}/items`, { items: items.slice(0, 4), slices: ["train"] });
  await callJson(server, "POST", `${path}/items`, { items: items.slice(4), slices: ["held out"] });
  return dataset;
}

const classes = (shift) =>
  ["stop", "way", "crossing", "bicycle", "one way"].map((word, at) => ({ class: word, annotation_type: "box", ap: Math.min(1, 0.55 + at / 10 + shift), training_annotations: 120 - 20 * at, validation_annotations: 30 - 5 * at }));

// Two models with two versions each, an alias, and a training that names the slices.
export async function trainOn(server, dataset) {
  for (const [name, shift] of [["sign-finder", 0], ["sign-finder-small", -0.2]]) {
    await callJson(server, "POST", "/api/models", { name, kind: "detector" });
    await callJson(server, "PATCH", `/api/models/${name}/training`, { dataset: dataset.id, baseline: "yolo-n", task: "detection", status: "completed", training_slices: ["train"], validation_slices: ["held out"], classes: classes(shift), score: { key: "mAP", value: 0.75 + shift, unit: "" }, meta: { group: "november" } });
    for (const value of [1, 2]) await publish(server, { name, kind: "detector", files: { "weights.safetensors": safetensors({ "layer.weight": { shape: [4, 4], value: value + shift } }) }, aliases: value === 1 ? ["production"] : [] });
  }
}

const kCharts = [
  ["Loss", "LINE_CHART", { x_name: "epoch", y_name: "loss", data: [9, 5, 3, 2.4, 2.1].map((y, at) => ({ series: "validation", x: at + 1, y: y / 10 })) }],
  ["Signs by class", "HORIZONTAL_BAR", { x_axis_name: "images", y_axis_name: "class", data: [["stop", 120], ["way", 100], ["crossing", 80]].map(([category, value]) => ({ category, value })) }],
  ["Taken for", "CONFUSION_MATRIX", { true_axis_name: "is", predicted_axis_name: "taken for", data: [["stop", "stop", 28], ["stop", "way", 2], ["way", "stop", 4], ["way", "way", 21]].map(([true_class, predicted_class, count]) => ({ true_class, predicted_class, count })) }],
];

// The charts that a trainer leaves with a model, each in a folder of its own.
export async function addReports(server, model) {
  for (const [name, type, chart] of kCharts) {
    const content = await callJson(server, "POST", "/api/contents", { folder: true });
    await callJson(server, "PUT", `/api/contents/${content.id}/file`, { name: "reports.json", digest: await putBlob(server, Buffer.from(JSON.stringify(chart))) });
    await callJson(server, "POST", `/api/models/${model}/reports`, { name, type, content: content.id });
  }
}
