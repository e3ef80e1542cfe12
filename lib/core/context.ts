/**
 * What an object of a namespace works with. Views (a namespace, a leased namespace) are cheap: a
 * context of their own over a shared session.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import type { Session } from "./session/session.ts";

/** A session seen through a namespace, and a lease if there is one. */
export class Context {
  /** The client's shared state. */
  readonly session: Session;
  /** The namespace's name. */
  readonly namespace: string;
  /** The lease's id that everything made is put on. */
  readonly lease: string | undefined;
  /** Every RPC, with this namespace and lease. */
  readonly api: Api;

  /** @param session The client's state. @param namespace A name. @param lease A lease's id. */
  constructor(session: Session, namespace: string, lease?: string) {
    this.session = session;
    this.namespace = namespace;
    this.lease = lease;
    this.api = session.api(namespace, lease);
  }

  /** The same namespace, with everything made put on `lease`. */
  withLease(lease: string): Context {
    return new Context(this.session, this.namespace, lease);
  }

  /** A key for things that differ by namespace. */
  key(kind: string, name: string): string {
    return `${kind}\0${this.namespace}\0${name}`;
  }
}
