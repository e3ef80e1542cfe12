import { assertEquals } from "@std/assert";
import { openLocalPipes } from "./local_pipes.ts";

/** Opens a pipe as shims do: by O_PATH first, then, when it is told to, for reading. */
const SHIM = `
use Fcntl;
$| = 1;
sysopen(my $handle, $ARGV[0], 010000000) or die "O_PATH: $!";
my $child = fork() // die;
if (!$child) { exec "sleep", "60" }
print "$child\\n";
<STDIN>;
sysopen(my $pipe, "/proc/self/fd/" . fileno($handle), O_RDONLY) or die "O_RDONLY: $!";
print scalar <$pipe>;
kill "KILL", $child;
`;

Deno.test({
  name: "openLocalPipes() waits until standard input is open for reading",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const pipes = openLocalPipes({ stdin: true });
    const shim = new Deno.Command("perl", {
      args: ["-e", SHIM, pipes.paths.stdin],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = shim.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const child = Number((await output.read()).value);
    let released = false;
    const release = pipes.release(child).then(() => released = true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assertEquals(released, false, "only O_PATH so far");
    const go = shim.stdin.getWriter();
    await go.write(new TextEncoder().encode("go\n"));
    await release;
    const writer = pipes.stdin!.getWriter();
    await writer.write(new TextEncoder().encode("input\n"));
    await writer.close();
    assertEquals((await output.read()).value, "input\n");
    await output.cancel();
    await go.close();
    await shim.status;
  },
});
