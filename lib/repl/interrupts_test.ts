import { assert, assertEquals } from "@std/assert";
import { Interrupts } from "./interrupts.ts";

class Noun {
  wait(options: { signal?: AbortSignal; name?: string } = {}): typeof options {
    return options;
  }
  get(_name: string, options: { signal?: AbortSignal } = {}): AbortSignal | undefined {
    return options.signal;
  }
}

class Builder {
  constructor(readonly given: readonly AbortSignal[] = []) {}
  signal(signal: AbortSignal): Builder {
    return new Builder([...this.given, signal]);
  }
  run(): readonly AbortSignal[] {
    return this.given;
  }
}

function setUp() {
  const said: string[] = [];
  let calls = 0;
  const interrupts = new Interrupts({
    say: (text) => void said.push(text),
    onCall: () => void calls++,
  });
  return { interrupts, said, calls: () => calls };
}

Deno.test("Interrupts.cancel() ends the calls of this line, not those of earlier ones", () => {
  const { interrupts, calls } = setUp();
  interrupts.cancel(Noun.prototype);
  const noun = new Noun();
  const own = new AbortController();
  const earlier = noun.get("a");
  interrupts.nextLine();
  const { signal, name } = noun.wait({ name: "x", signal: own.signal });
  const other = noun.wait({ signal: own.signal }).signal;
  const plain = noun.get("b");
  interrupts.press();
  assertEquals(name, "x");
  assertEquals([earlier, signal, plain].map((one) => one?.aborted), [false, true, true]);
  assert(other !== own.signal && !own.signal.aborted);
  assertEquals(calls(), 4);

  interrupts.nextLine();
  assert(!noun.get("c")?.aborted);
  own.abort();
  assert(noun.wait({ signal: own.signal }).signal?.aborted);
});

Deno.test("Interrupts.press() twice ends what earlier lines started too", () => {
  const { interrupts, said } = setUp();
  interrupts.cancelBuilder(Builder.prototype, ["run"]);
  const [earlier] = new Builder().run();
  interrupts.nextLine();
  interrupts.press();
  assert(!earlier?.aborted);
  interrupts.press();
  assert(earlier?.aborted);
  assertEquals(said.length, 3);
  interrupts.nextLine();
  assert(!new Builder().run()[0]?.aborted);
});
