// The HTTP server: listens within limits, and stops without cutting anybody off.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerLimits } from "./server-limits.ts";
import type { ServerLog } from "./server-log.ts";

export type Listening = {
  readonly port: number;
  /** Lets requests under way finish for `shutdownMs`, then cuts off what is left. */
  close(): Promise<void>;
};

export async function listen(
  listener: RequestListener,
  limits: ServerLimits,
  log: ServerLog,
  host: string,
  port: number,
): Promise<Listening> {
  const server = createServer(
    {
      // Against senders that drip: a header or a body that takes longer is cut off.
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.max(100, Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs) / 4),
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      maxHeaderSize: limits.headerMaxBytes,
      requireHostHeader: true,
      noDelay: true,
    },
    listener,
  );
  server.maxConnections = limits.connectionsMax;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const status = {
      HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
      ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
    };
    const line = status[error.code as keyof typeof status] ?? "400 Bad Request";
    socket.end(`HTTP/1.1 ${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => log.error({ err: error }, "the HTTP server failed"));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), limits.shutdownMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
