import assert from "node:assert/strict";
import { checkAccessibility, until } from "../harness.mjs";

export const stories = [
  {
    name: "a server that wants a token asks for it and stays on the page that one wanted",
    options: ["--tokens-on-loopback"],
    run: async ({ server, page }) => {
      const token = await server.command("token", "create", "me", "--scope", "read", "--scope", "write", "--scope", "admin");
      await page.goto(`${server.address}/trash`);
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await checkAccessibility(page);
      await page.getByRole("textbox", { name: "Token" }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByRole("textbox", { name: "Token" }).fill(token);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("The trash is empty.").waitFor();
      assert.equal(await page.evaluate(() => document.cookie), "", "the session is out of reach for scripts");
      await page.reload();
      await page.getByText("The trash is empty.").waitFor();

      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
    },
  },
  {
    name: "a token that is taken away asks for another one, on the page that one is on",
    options: ["--tokens-on-loopback"],
    run: async ({ server, page }) => {
      const signIn = async (token) => {
        await page.getByRole("textbox", { name: "Token" }).fill(token);
        await page.getByRole("button", { name: "Sign in" }).click();
      };
      const first = await server.command("token", "create", "first", "--scope", "read");
      const second = await server.command("token", "create", "second", "--scope", "read");
      await page.goto(`${server.address}/storage`);
      await signIn(first);
      await page.getByText("Free on the disk").waitFor();
      await server.command("token", "rm", "first");
      await page.getByRole("link", { name: "Trash" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await signIn(second);
      await page.getByText("The trash is empty.").waitFor();
    },
  },
  {
    name: "a token that expires while one looks asks for another one, and nothing that was typed is lost on the way",
    options: ["--tokens-on-loopback"],
    run: async ({ server, page }) => {
      const signIn = async (token) => {
        await page.getByRole("textbox", { name: "Token" }).fill(token);
        await page.getByRole("button", { name: "Sign in" }).click();
      };
      const end = new Date(Date.now() + 15_000);
      const brief = await server.command("token", "create", "brief", "--scope", "read", "--expires", end.toISOString());
      const lasting = await server.command("token", "create", "lasting", "--scope", "read");
      await page.goto(`${server.address}/?view=table&search=jar`);
      await signIn(brief);
      await page.getByText("No model fits.", { exact: false }).waitFor();
      await until("it has expired", () => Date.now() > end.getTime());
      await page.getByRole("searchbox", { name: "Search models" }).fill("jarvis");
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await checkAccessibility(page);
      await signIn(lasting);
      await page.getByText("No model fits.", { exact: false }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("search"), "jarvis");
    },
  },
  {
    name: "a token is made, shown once and revoked",
    run: async ({ server, page }) => {
      await page.goto(`${server.address}/tokens`);
      await page.getByText("There are no tokens.").waitFor();
      await page.getByRole("button", { name: "New token" }).click();
      await page.getByRole("textbox", { name: /^Name/ }).fill("ci");
      await checkAccessibility(page);
      await page.getByRole("button", { name: "Make it" }).click();
      const secret = (await page.getByLabel("the secret", { exact: true }).textContent()).trim();
      assert.ok(secret.length >= 20, secret);
      await checkAccessibility(page);
      await page.getByRole("button", { name: "I have it" }).click();
      await page.getByRole("row").filter({ hasText: "ci" }).waitFor();
      assert.equal((await page.content()).includes(secret), false);
      await page.getByRole("button", { name: "Revoke" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
      await until("the token is gone", async () => page.getByText("There are no tokens.").isVisible());
    },
  },
];
