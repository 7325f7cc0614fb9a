/** How a socket ended, or that it did not come about. */
export interface SocketEnd {
  /** The close code, 1006 without one; for a refused upgrade, the HTTP status. */
  readonly code: number;
  readonly reason: string;
  /** Whether the service closed first; false for a broken line and for our own close. */
  readonly byService: boolean;
  /** Whether the upgrade was refused with an HTTP status. */
  readonly refused?: boolean;
  /** The seconds that a refused upgrade asks to wait. */
  readonly retryAfter?: number;
}

/** What a socket reports; `ended` comes exactly once and last. */
export interface SocketListener {
  opened(instance: string | null): void;
  received(message: Uint8Array | string): void;
  ended(end: SocketEnd): void;
}

/** One WebSocket of the platform. */
export interface Socket {
  /** Bytes that were sent and have not left yet. */
  readonly buffered: number;
  /** A number that changes with each sign of life from the service. */
  readonly heard: number;
  send(message: Uint8Array): void;
  /** Asks the service for a sign of life. */
  ping(): void;
  close(code: number, reason: string): void;
  /** Ends at once, without a close. */
  abort(): void;
}

/** Opens WebSockets: of the package `ws`, or of a browser. */
export interface Transport {
  open(bearer: string | null, listener: SocketListener): Socket | Promise<Socket>;
}

/** A close reason is at most 123 bytes of UTF-8. */
export function closeReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason).subarray(0, 123);
  return new TextDecoder().decode(bytes, { stream: true });
}
