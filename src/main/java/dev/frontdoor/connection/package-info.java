/**
 * One connection, whatever carries it: frames, limits, timeouts and departures. A transport reaches
 * it through {@link dev.frontdoor.connection.WorkerConnection} and implements {@link
 * dev.frontdoor.connection.Transport}. Imports {@code push} and what that may import, and Netty's
 * channels and buffers.
 *
 * <p>It has more files than other packages because one connection has many small parts, each with
 * one job on the event loop ({@code InboundMessages}, {@code OutboundFrames}, {@code
 * ConnectionTimeouts}, {@code ConnectHandshake}, …), and because they share the package-private
 * {@code WorkerConnection}. The groups are: one connection; all connections with their limits and
 * departures; the TCP connections below them ({@code TcpConnections}); settings. Why a connection
 * is closed, and with which code, is in {@link dev.frontdoor.registration.CloseCause}.
 */
@NullMarked
package dev.frontdoor.connection;

import org.jspecify.annotations.NullMarked;
