import { expect, test } from "vitest";
import { groupsOf, matches, operationsOf, type Contract } from "./contract";
import { addressOf, curlOf, missing, readHeaders } from "./request";
import { exampleOf, fieldRows, typeText } from "./schema-text";

const contract: Contract = {
  info: { title: "T", version: "1" },
  tags: [{ name: "files", description: "bytes" }, { name: "models" }],
  paths: {
    "/api/models/{model}": {
      parameters: [{ $ref: "#/components/parameters/model" }],
      patch: {
        operationId: "update_model", tags: ["models"], "x-permission": "write", summary: "Change texts",
        requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/Change" } } } },
        responses: { 200: { description: "Done", content: { "application/json": { schema: { $ref: "#/components/schemas/Model" } } } }, default: { $ref: "#/components/responses/Error" } },
      },
    },
    "/api/files/{path}": {
      get: {
        operationId: "get_file", tags: ["files", "models"],
        parameters: [{ name: "path", in: "path", required: true }, { name: "at", in: "query", schema: { type: "string", format: "date-time" } }],
        responses: { 200: { description: "Bytes" } },
      },
    },
  },
  components: {
    parameters: { model: { name: "model", in: "path", required: true } },
    responses: { Error: { description: "Refused" } },
    schemas: {
      Kind: { type: "string", enum: ["a", "b"] },
      Change: { type: "object", required: ["name", "kind"], properties: { name: { type: "string" }, kind: { $ref: "#/components/schemas/Kind" }, pinned: { type: "boolean" } } },
      Model: { type: "object", required: ["name"], properties: { name: { type: "string", description: "its name" }, next: { $ref: "#/components/schemas/Model" }, files: { type: "array", items: { type: "object", properties: { size: { type: "integer", nullable: true } } } } } },
    },
  },
};
const [change, file] = operationsOf(contract) as [ReturnType<typeof operationsOf>[0], ReturnType<typeof operationsOf>[0]];

test("an operation has the parameters of its path and every reference followed", () => {
  expect(change).toMatchObject({ id: "update_model", method: "PATCH", permission: "write", parameters: [{ name: "model", in: "path" }] });
  expect(change.answers.map((answer) => [answer.status, answer.description])).toEqual([["200", "Done"], ["default", "Refused"]]);
});

test("groups stand in the order of the contract and hold each operation once", () => {
  expect(groupsOf(contract, operationsOf(contract)).map((group) => [group.name, group.operations.map((one) => one.id)])).toEqual([["files", ["get_file"]], ["models", ["update_model"]]]);
});

test("every word of a search must be found", () => {
  expect(matches(change, "patch texts")).toBe(true);
  expect(matches(change, "patch bytes")).toBe(false);
  expect(matches(change, "")).toBe(true);
});

test("a schema that holds itself is told once", () => {
  expect(fieldRows(contract, { $ref: "#/components/schemas/Model" }).map((row) => `${row.path}: ${row.type}${row.required ? "!" : ""}`)).toEqual(["name: string!", "next: Model", "files: array of object", "files[].size: integer or null"]);
  expect(typeText(contract, { $ref: "#/components/schemas/Kind" })).toBe("a | b");
});

test("an example holds what is required and nothing else", () => {
  expect(exampleOf(contract, change.body!.schema)).toEqual({ name: "", kind: "a" });
});

test("slashes stay in the path of a file and nowhere else", () => {
  expect(addressOf(file, { "path path": "a b/c.bin", "query at": "2026" })).toBe("/api/files/a%20b/c.bin?at=2026");
  expect(addressOf(change, { "path model": "a/b" })).toBe("/api/models/a%2Fb");
  expect(missing(change, { "path model": " " })).toEqual(["model"]);
});

test("a route that stands twice is told once, and a namespace leads to its twin", () => {
  const twice: Contract = { ...contract, paths: { ...contract.paths, "/api/namespaces/{namespace}/models/{model}": contract.paths["/api/models/{model}"]! } };
  const operations = operationsOf(twice);
  expect(operations.map((one) => [one.id, one.inNamespaces])).toEqual([["update_model", true], ["get_file", false]]);
  expect(addressOf(operations[0]!, { "path model": "nova", "path namespace": "team" })).toBe("/api/namespaces/team/models/nova");
  expect(addressOf(operations[0]!, { "path model": "nova" })).toBe("/api/models/nova");
});

test("headers are a line each, and a line that is none is named", () => {
  expect(readHeaders("If-Match: 3\n\n range: bytes=0-9 ")).toEqual({ headers: { "if-match": "3", range: "bytes=0-9" }, wrong: undefined });
  expect(readHeaders("hello").wrong).toBe("hello");
});

test("the command repeats the request and keeps the secret out", () => {
  expect(curlOf({ method: "PUT", url: "http://h/x", headers: { authorization: "Bearer s3cret", "content-type": "application/json" }, body: `{"a":"it's"}` }))
    .toBe(`curl -X PUT -H "Authorization: Bearer $WEIGH_TOKEN" -H 'content-type: application/json' -d '{"a":"it'\\''s"}' http://h/x`);
});
