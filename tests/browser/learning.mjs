// Classifiers and their evaluations, made through the API as any client makes them.
import { callJson, digestOf } from "./fixtures.mjs";
import { until } from "./harness.mjs";

// Of a sanitized build on a busy machine.
const kPatienceMs = 90_000;

async function ended(server, job) {
  const over = await until(`the ${job.kind} has ended`, async () => {
    const now = await (await fetch(`${server.address}/api/jobs/${job.job_id}`)).json();
    return ["completed", "failed", "cancelled"].includes(now.state) ? now : undefined;
  }, kPatienceMs);
  if (over.state !== "completed") throw new Error(`The ${job.kind} ${over.state}: ${over.error?.message ?? ""}`);
  return over.result;
}

export const fitted = async (server, name, rows) => ended(server, await callJson(server, "POST", `/api/models/${name}/fit`, { examples: rows, options: { folds: 0 } }));

export async function weighed(server, name, version, csv, dataName) {
  const digest = digestOf(Buffer.from(csv));
  await fetch(`${server.address}/api/blobs/${digest}`, { method: "PUT", body: csv });
  return ended(server, await callJson(server, "POST", `/api/models/${name}/versions/${version}/evaluations`, { data: digest, format: "csv", data_name: dataName }));
}

export async function evaluated(server, name, rows, csv, dataName) {
  const { version } = await fitted(server, name, rows);
  return weighed(server, name, version, csv, dataName);
}
