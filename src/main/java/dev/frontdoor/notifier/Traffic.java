package dev.frontdoor.notifier;

/**
 * What a connection has carried in one direction. Bytes are those of the frames, without what the
 * transport adds. Pings, pongs and closes of WebSocket do not count.
 *
 * @param frames number of frames
 * @param bytes number of their bytes, headers included
 */
public record Traffic(long frames, long bytes) {}
