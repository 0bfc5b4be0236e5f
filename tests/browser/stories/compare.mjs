import assert from "node:assert/strict";
import { checkAccessibility } from "../harness.mjs";
import { publish, safetensors } from "../fixtures.mjs";

const weights = (value) => safetensors({ "layer.weight": { shape: [8, 4], value }, "layer.bias": { shape: [8], value: 1 } });

async function fourVersions(server) {
  for (const number of [1, 2, 3, 4]) await publish(server, { name: "nova", files: { "nova.safetensors": weights(number) }, label: `v1.${number}`, metadata: { accuracy: 0.8 + number / 50, threshold: 0.5 } });
  await publish(server, { name: "jarvis", files: { "jarvis.safetensors": weights(9) }, metadata: { accuracy: 0.7 } });
}

export const stories = [
  {
    name: "two models are compared by their references, and the address keeps it",
    run: async ({ server, page }) => {
      await fourVersions(server);
      await page.goto(`${server.address}/diff`);
      await page.getByText("Choose what lies on each side").waitFor();
      await checkAccessibility(page);
      await page.getByLabel("From", { exact: true }).fill("nova@2");
      await page.getByLabel("To", { exact: true }).fill("custom/jarvis");
      await page.getByRole("button", { name: "Compare", exact: true }).click();
      await page.getByRole("columnheader", { name: "nova v2" }).first().waitFor();
      await page.getByRole("row").filter({ hasText: "accuracy" }).getByText("worse", { exact: false }).waitFor();
      await page.getByRole("row").filter({ hasText: "layer.weight" }).getByText("changed").waitFor();
      assert.equal(await page.getByRole("row").filter({ hasText: "layer.bias" }).count(), 0);
      await checkAccessibility(page);
      await page.reload();
      await page.getByRole("columnheader", { name: "jarvis v1" }).first().waitFor();
      await page.getByRole("button", { name: "Swap" }).click();
      await page.getByRole("row").filter({ hasText: "accuracy" }).getByText("better", { exact: false }).waitFor();
    },
  },
  {
    name: "a reference that leads nowhere is named",
    run: async ({ server, page }) => {
      await fourVersions(server);
      await page.goto(`${server.address}/diff?from=nova@1&to=nobody`);
      await page.getByRole("alert").getByText("nobody", { exact: false }).waitFor();
    },
  },
  {
    name: "versions chosen on the model's page stand side by side with the best of each metric marked",
    run: async ({ server, page }) => {
      await fourVersions(server);
      await page.goto(`${server.address}/models/custom/nova`);
      for (const number of [1, 3, 4]) await page.getByRole("checkbox", { name: `Choose version ${number} for comparing` }).check();
      await page.getByRole("link", { name: "Compare 3 versions" }).click();
      const best = page.getByRole("row").filter({ hasText: "accuracy" }).locator("td.better").first();
      await best.waitFor();
      assert.match(await best.textContent(), /^0\.8800/);
      assert.equal(await page.getByRole("row").filter({ hasText: "threshold" }).count(), 0);
      await checkAccessibility(page);
      await page.getByLabel("Also what is the same").check();
      await page.getByRole("row").filter({ hasText: "threshold" }).waitFor();
      await page.getByRole("button", { name: "Another version" }).click();
      await page.getByRole("columnheader", { name: "v2" }).waitFor();
      await page.getByRole("button", { name: "Leave out 2" }).click();
      await page.getByRole("button", { name: "Leave out 1" }).click();
      await page.getByText("Relative norm").waitFor();
    },
  },
];
