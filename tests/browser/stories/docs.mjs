import assert from "node:assert/strict";
import { checkAccessibility } from "../harness.mjs";
import { publishWakeWord } from "../fixtures.mjs";

export const stories = [
  {
    name: "a route is found, read and tried, and the answer is the server's own",
    run: async ({ server, page }) => {
      await publishWakeWord(server, "jarvis");
      await page.goto(`${server.address}/docs`);
      await page.getByRole("searchbox", { name: "Search routes" }).fill("get model current");
      await page.getByRole("link", { name: "GET /models/{model}", exact: true }).click();
      await page.getByText("A model with its current version").waitFor();
      await page.getByText("Still needed: model").waitFor();
      assert.ok(await page.getByRole("button", { name: "Send" }).isDisabled());
      await page.getByRole("textbox", { name: /^model/ }).fill("jarvis");
      await page.getByRole("button", { name: "Send" }).click();
      const answer = page.getByLabel("the answer", { exact: true });
      await answer.waitFor();
      assert.equal(JSON.parse(await answer.textContent()).reference, "custom/jarvis");
      await page.getByText(`curl ${server.address}/api/models/jarvis`).waitFor();
      await checkAccessibility(page);
      await page.getByRole("textbox", { name: /^model/ }).fill("nobody");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status", { name: "Answer" }).getByText("404", { exact: false }).first().waitFor();
      await page.reload();
      await page.getByText("A model with its current version").waitFor();
    },
  },
  {
    name: "a body is begun from the contract and what is sent is done",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/docs?op=create_model`);
      const body = page.getByRole("textbox", { name: "Body" });
      assert.deepEqual(JSON.parse(await body.inputValue()), { name: "" });
      await body.fill('{"name": "made-here", "kind": "other"}');
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByLabel("the answer", { exact: true }).waitFor();
      assert.equal((await fetch(`${server.address}/api/models/made-here`)).status, 200);
      await checkAccessibility(page);
    },
  },
  {
    name: "a token that is typed into the form counts for its requests alone",
    options: ["--tokens-on-loopback"],
    run: async ({ server, page }) => {
      const admin = await server.command("token", "create", "me", "--scope", "read", "--scope", "admin");
      await page.goto(`${server.address}/docs?op=list_models`);
      await page.getByRole("textbox", { name: "Token" }).fill(admin);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("Token and headers").click();
      await page.getByLabel(/^Token/).fill("wrong");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status", { name: "Answer" }).getByText("401", { exact: false }).first().waitFor();
      await page.getByText('Authorization: Bearer $WEIGH_TOKEN', { exact: false }).waitFor();
      await page.getByLabel(/^Token/).fill("");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("status", { name: "Answer" }).getByText("200", { exact: false }).first().waitFor();
    },
  },
];
