/**
 * Whether a daemon takes calls (gRPC's health checking protocol).
 *
 * @module
 */
import { HealthCheckResponse_ServingStatus as ServingStatus } from "../../gen/grpc/health_pb.ts";
import type { Session } from "../session/session.ts";

/** What a daemon says of its health. */
export type Health = "serving" | "not_serving" | "unknown";

/**
 * Asks a daemon whether it takes calls.
 *
 * @throws {UnavailableError} when it does not even answer that.
 */
export async function checkHealth(
  session: Session,
  options: { signal?: AbortSignal } = {},
): Promise<Health> {
  const { status } = await session.api().health.check({}, options);
  if (status === ServingStatus.SERVING) return "serving";
  return status === ServingStatus.NOT_SERVING ? "not_serving" : "unknown";
}
