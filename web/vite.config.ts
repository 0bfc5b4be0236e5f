/// <reference types="vitest/config" />
import { defineConfig } from "vite";

// WEIGH_SERVER is the running program that `npm run dev` talks to.
const server = process.env.WEIGH_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env.WEIGH_WEB_OUT ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    // The content policy forbids data: addresses, so that every asset is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": server, "/health": server, "/openapi.json": server } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
