/** HTTP Basic authentication (RFC 7617). @module */

/** The value of `Authorization` for a user and a password, encoded as UTF-8. */
export function encodeBasic(username: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}
