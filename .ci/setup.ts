import { ensureStd } from "./setup/std.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const did = await ensureStd(root);
if (did) console.error(`set-up: ${did}`);
