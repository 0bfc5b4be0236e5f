import { describe, expect, it } from "vitest";
import { afterClose, afterMessage, newTalk, type Talk } from "./conversation";

const detection = (confidence: number, detected: boolean) => JSON.stringify({ type: "detection", confidence, detected, in_cooldown: false, at_seconds: 1.5, inference_time_ms: 7 });
const after = (...messages: string[]): Talk => messages.reduce(afterMessage, newTalk);

describe("afterMessage", () => {
  it("listens once the server is ready", () => expect(after('{"type":"ready"}').phase).toBe("listening"));

  it("keeps windows in order, and those with the word the newest first", () => {
    const talk = after(detection(0.1, false), detection(0.9, true), detection(0.8, true));
    expect(talk.windows.map((one) => one.confidence)).toEqual([0.1, 0.9, 0.8]);
    expect(talk.heard.map((one) => one.number)).toEqual([3, 2]);
    expect(talk.windows[0]).toMatchObject({ atSeconds: 1.5, tookMs: 7 });
  });

  it("remembers the last minute or so, and counts on", () => {
    let talk = newTalk;
    for (let i = 0; i < 200; i += 1) talk = afterMessage(talk, detection(0.5, true));
    expect([talk.windows.length, talk.heard.length, talk.count]).toEqual([60, 50, 200]);
  });

  it("shows what the server refuses, until it hears again", () => {
    const refused = after('{"type":"error","message":"Model not found: x"}');
    expect(refused.error).toBe("Model not found: x");
    expect(afterMessage(refused, detection(0.1, false)).error).toBeUndefined();
  });

  it("overlooks what it does not know", () => {
    expect(after("no json", '{"type":"pong"}', "{}")).toBe(newTalk);
  });
});

describe("afterClose", () => {
  it("ends in silence when it was meant to", () => expect(afterClose(newTalk, 1000, "")).toMatchObject({ phase: "ended", error: undefined }));
  it("says why otherwise", () => {
    expect(afterClose(newTalk, 1006, "").error).toContain("connection broke");
    expect(afterClose(newTalk, 4001, "threshold is wrong").error).toBe("threshold is wrong");
    expect(afterClose(after('{"type":"error","message":"gone"}'), 4004, "Model not found").error).toBe("gone");
  });
});
