import { expect, test } from "vitest";
import { RateMeter } from "./rate";

test("nothing is claimed before there is something to measure", () => {
  const meter = new RateMeter();
  expect(meter.perSecond()).toBeUndefined();
  meter.add(0, 0);
  meter.add(100, 10);
  expect(meter.perSecond()).toBeUndefined();
  expect(meter.secondsLeft(100)).toBeUndefined();
});

test("the rate follows the last seconds and forgets the older ones", () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 10; second++) meter.add(second * 1000, second * 1000);
  for (let second = 11; second <= 20; second++) meter.add(10_000 + (second - 10) * 100, second * 1000);
  expect(meter.perSecond()).toBe(100);
  expect(meter.secondsLeft(500)).toBe(5);
});

test("an upload that goes on from an older offset is measured anew", () => {
  const meter = new RateMeter();
  meter.add(10_000, 0);
  meter.add(2_000, 1000);
  meter.add(4_000, 2000);
  expect(meter.perSecond()).toBe(2000);
});
