/** Asks a dashboard as a browser does, and as one should not. @module */

/** A message of a stream. */
export interface Message {
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** Opens a link, and returns what asks with its cookie. */
export async function signIn(
  link: string,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const answer = await fetch(link, { redirect: "manual" });
  await answer.body?.cancel();
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { origin } = new URL(link);
  return (path, init = {}) =>
    fetch(origin + path, { ...init, headers: { cookie, ...init.headers } });
}

/** The messages of a stream, until the caller has enough. */
export async function* messages(answer: Response): AsyncGenerator<Message, void, undefined> {
  let rest = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n\n");
    rest = parts.pop()!;
    for (const part of parts) {
      const [, type = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
      yield { type, data: JSON.parse(data) };
    }
  }
}

/** One request, as it is written; the answer's status. */
export async function ask(port: number, head: string): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text = `${head}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(text));
  const answer = await new Response(connection.readable).text();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}
