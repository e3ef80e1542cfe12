/** A script on a fake, run without any permission. @module */
import { fakeContainerd } from "../../lib/testing/mod.ts";

await using fake = fakeContainerd();
await fake.addImage("default", "alpine:3.20");
fake.onRun(({ args }) => args[0] === "uname" ? { stdout: "6.1.0\n" } : undefined);
await using davit = fake.connect();
console.log(await davit.namespace().run("alpine:3.20").command("uname", "-r").text());
