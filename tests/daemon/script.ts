/** Starts a daemon, says so, and stops it at the end of standard input. @module */

import { startDaemon } from "../../lib/daemon/private_daemon.ts";

const daemon = await startDaemon(JSON.parse(Deno.args[0]!));
console.log(JSON.stringify({ address: daemon.address, pid: daemon.pid }));
for await (const _ of Deno.stdin.readable) { /* until it is closed */ }
await daemon.stop();
