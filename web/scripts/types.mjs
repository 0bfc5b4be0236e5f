// Turns the API contract into TypeScript types, so that code and contract cannot drift apart unseen.
import { readFile, rename, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const contract = new URL("../../api/openapi.yaml", import.meta.url);
const target = new URL("../src/api/schema.ts", import.meta.url);

const text = `// Generated from api/openapi.yaml by \`npm run types\`.\n${astToString(await openapiTS(contract))}`;
const before = await readFile(target, "utf8").catch(() => "");
if (text !== before) {
  // Renamed into place: two builds may run at once and neither may see half a file.
  const temporary = new URL(`${target}.${process.pid}`);
  await writeFile(temporary, text);
  await rename(temporary, target);
}
