/**
 * Leases: what is written under one is kept from the garbage collector until it ends.
 *
 * @module
 */
import type { Lease as LeaseMessage } from "../../gen/containerd/services/leases_pb.ts";
import { NotFoundError, UnavailableError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { checkIdentifier, checkLabels } from "../../oci/names.ts";
import type { Context } from "../context.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { toDate } from "../time.ts";

/** The label with the time from which the collector ignores a lease. */
export const EXPIRE_LABEL = "containerd.io/gc.expire";

/** How long a lease lasts when nothing else is said: as long as the Go client's. */
const DEFAULT_EXPIRY: Duration = "24h";

/** A lease that exists. Disposing of it deletes it. */
export class Lease implements AsyncDisposable {
  readonly #context: Context;
  /** Its id. */
  readonly id: string;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  #deleted: Promise<void> | undefined;

  /** For {@linkcode Leases}. */
  constructor(context: Context, message: LeaseMessage) {
    this.#context = context;
    this.id = message.id;
    this.createdAt = toDate(message.createdAt);
    this.labels = message.labels;
  }

  /** When the collector stops to respect it; `undefined` for never. */
  get expiresAt(): Date | undefined {
    const text = this.labels[EXPIRE_LABEL];
    return text ? new Date(text) : undefined;
  }

  /**
   * Ends the lease. A lease that is gone already is fine.
   *
   * @param options `sync`: collect garbage before this returns.
   */
  async delete(options: { sync?: boolean; signal?: AbortSignal } = {}): Promise<void> {
    try {
      await this.#context.api.leases.delete(
        { id: this.id, sync: options.sync ?? false },
        { signal: options.signal },
      );
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }

  /** Ends the lease, with a deadline of its own. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#deleted ??= this.delete({ signal: AbortSignal.timeout(TEARDOWN_TIMEOUT_MS) })
      .catch((error) => {
        // The daemon is gone; the lease expires by itself.
        if (!(error instanceof UnavailableError)) throw error;
      });
  }
}

/** The leases of a namespace. */
export class Leases {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Makes a lease.
   *
   * @param options `expires`: after how long the collector ignores it, 24 hours by default;
   * `"never"` for a lease that stays until it is deleted. `id`: a name, random by default.
   */
  async create(
    options: {
      id?: string;
      expires?: Duration | "never";
      labels?: Record<string, string>;
      signal?: AbortSignal;
    } = {},
  ): Promise<Lease> {
    checkLabels(options.labels ?? {});
    const labels: Record<string, string> = {
      [OWNER_LABEL]: this.#context.session.owner,
      ...options.labels,
    };
    const expires = options.expires ?? DEFAULT_EXPIRY;
    if (expires !== "never") {
      labels[EXPIRE_LABEL] = new Date(Date.now() + parseDuration(expires)).toISOString();
    }
    const id = options.id === undefined
      ? `davit-${crypto.randomUUID()}`
      : checkIdentifier(options.id, "lease id");
    const { lease } = await this.#context.api.leases.create({ id, labels }, {
      signal: options.signal,
    });
    return new Lease(this.#context, lease ?? { id, labels } as LeaseMessage);
  }

  /** All leases of the namespace. */
  async list(options: { signal?: AbortSignal } = {}): Promise<Lease[]> {
    const { leases } = await this.#context.api.leases.list({}, options);
    return leases.map((lease) => new Lease(this.#context, lease));
  }
}

/**
 * Runs `work` under a lease: the context's own, or else one that ends with the work. The client's
 * end waits for it.
 *
 * @param context Where.
 * @param work Gets a context whose writes are on the lease.
 */
export async function underLease<T>(
  context: Context,
  work: (leased: Context) => Promise<T>,
): Promise<T> {
  const leased = async () => {
    await using lease = await new Leases(context).create();
    return await work(context.withLease(lease.id));
  };
  return await context.session.underway(context.lease === undefined ? leased() : work(context));
}
