/**
 * Forks a database and tries two migrations at once; the one that works is kept.
 *
 * The database is a file that a shell script keeps, on Debian as the set-up made it.
 *
 * Run: `deno task example examples/fork.ts`
 */
import { connect } from "@davit/sdk";

const archive = new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("fork");
const [debian] = await ns.images.import(archive, { name: "debian:example" });
if (!debian) throw new Error(`there is no image in ${archive}`);

// A table of people, "id:name" a line, in /db/people.
await using db = await ns.container("db").image(debian)
  .sh`mkdir -p /db; [ -s /db/people ] || printf '1:Ada\n2:Bo\n3:Cy\n' > /db/people; exec sleep infinity`
  .start();
await db.until(() => db.files.exists("/db/people"));

// A way back, whatever happens.
await db.snapshot("before-migration");

const migrations = {
  // Loses who has no number below three.
  careless:
    `awk -F: '$1 < 3 { print $1 ":" $2 ":" 0 }' /db/people > /db/new && mv /db/new /db/people`,
  careful: `sed -i 's/$/:0/' /db/people`,
};
const names = Object.keys(migrations) as (keyof typeof migrations)[];
const forks = await db.fork(names.length, { names: names.map((name) => `db-${name}`) });

// Both begin with the files that the database had, and run side by side.
const results = await Promise.all(forks.map(async (fork, i) => {
  const name = names[i]!;
  const running = await fork.start();
  await running.exec("sh", "-c", migrations[name]).text();
  const people = (await running.files.readTextFile("/db/people")).trim().split("\n");
  return { name, running, right: people.length === 3 && people.every((row) => /:0$/.test(row)) };
}));

for (const { name, right } of results) console.log(`${name}: ${right ? "right" : "wrong"}`);
const winner = results.find(({ right }) => right)!;
const now = await winner.running.promote({ timeout: "1s" });
console.log(`${now.id} has the files of ${winner.name}:`);
console.log((await now.files.readTextFile("/db/people")).trim());

for (const { running } of results) if (running !== winner.running) await running.remove();
const back = await now.rollback("before-migration", { timeout: "1s" });
console.log("and back:", (await back.files.readTextFile("/db/people")).split("\n")[0]);
