import { assertEquals } from "@std/assert";
import { ecdsaFromDer, ecdsaToDer } from "./ecdsa.ts";

/** P1363 of two numbers, as hex without leading zeros. */
function raw(r: string, s: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(r.padStart(64, "0") + s.padStart(64, "0"));
}

Deno.test("ecdsaToDer() and ecdsaFromDer() keep numbers of all lengths", () => {
  const long = "ff".repeat(32);
  for (
    const [r, s, der] of [
      ["01", "7f", "300602010102017f"],
      ["80", "0100", "300802020080020201 00".replace(" ", "")],
      [long, long, `3046022100${long}022100${long}`],
      ["", "", "3006020100020100"],
    ] as const
  ) {
    assertEquals(ecdsaToDer(raw(r, s)).toHex(), der);
    assertEquals(ecdsaFromDer(Uint8Array.fromHex(der)), raw(r, s));
  }
});

Deno.test("ecdsaFromDer() refuses what is no signature", () => {
  for (
    const hex of [
      "",
      "30",
      "3006020101",
      "300602010102017f00", // something behind it
      "3006020101030101", // no number
      "3006020181020101", // negative
      `30470222000${"f".repeat(65)}022100${"ff".repeat(32)}`.slice(0, 142), // too long
      "30060201010203017f", // longer than there is
      "3005020002017f", // empty number
    ]
  ) {
    const bytes = Uint8Array.fromHex(hex.length % 2 ? `${hex}0` : hex);
    assertEquals(ecdsaFromDer(bytes), undefined, hex);
  }
});
